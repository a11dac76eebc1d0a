-- title: Jira and Jira Service Management issues (CSV)
-- definition: One row per issue of "Export CSV (all fields)", server or cloud, or any part of it with
--   Summary, Status, Created and a key. Resolved is a resolve time only when the resolution or the status
--   says so: some exports fill it on open issues. Resolution Duplicate means the issue was merged into the
--   one it duplicates; Won't Fix and Won't Do close an incident without recovering it. Service requests,
--   changes, problems and plain work items are not incidents and are left out; a file without issue types
--   is taken to hold incidents only. Headers, statuses and resolutions are read in English, German, French, Spanish,
--   Portuguese and Japanese; the translations were not all checked against real files.
-- source: jira
-- table: incidents
-- requires: Summary ; Status ; Created
-- any of: Issue key ; Issue id
-- optional: Issue Type ; Priority ; Resolution ; Resolved ; Updated ; Component/s ; Components ;
--   Status Category ; Custom field (Affected services) ; Custom field (Severity) ; Custom field (Team) ;
--   Custom field (Root cause) ; Custom field ([CHART] Date of First Response) ;
--   Outward issue link (Duplicate) ;
--   Inward issue link (Duplicate) ; Inward issue link (Problem/Incident) ;
--   Outward issue link (Problem/Incident) ; Inward issue link (Causes) ; Custom field (Root cause ID)
-- also: Summary = Zusammenfassung | Résumé | Resumen | Resumo | 要約 ;
--   Status = État | Statut | Estado | ステータス ;
--   Created = Erstellt | Création | Créée | Créé | Creada | Creado | Criado | Criada | 作成日 | 作成日時 ;
--   Issue key = Vorgangsschlüssel | Clé de ticket | Clé de demande | Clé | Clave de incidencia | Clave | Chave da item |
--   Chave do item | Chave da ocorrência | Chave | 課題キー | キー ;
--   Issue id = Vorgangs-ID | ID de ticket | ID du ticket | ID de la demande | ID de la incidencia | ID de incidencia |
--   ID da item | ID do item | ID da ocorrência | 課題 ID | 課題ID ;
--   Issue Type = Vorgangstyp | Type de ticket | Type de demande | Tipo de Incidencia | Tipo de item | Tipo de ocorrência |
--   課題タイプ ; Priority = Priorität | Priorité | Prioridad | Prioridade | 優先度 ;
--   Resolution = Lösung | Résolution | Resolución | Resolução | 解決状況 ;
--   Resolved = Erledigt | Gelöst | Résolue | Résolu | Résolution le | Resuelta | Resuelto | Resolvido | Resolvida | 解決日 |
--   解決日時 ;
--   Updated = Aktualisiert | Mise à jour | Mis à jour | Actualizada | Actualizado | Atualizado | Atualizada | Atualizado(a) |
--   更新日 | 更新日時 ;
--   Components = Komponenten | Komponente/n | Composants | Composant(s) | Componentes | コンポーネント ;
--   Status Category = Statuskategorie | Catégorie d'état | Catégorie de statut | Categoría de estado |
--   Categoria do status | Categoria de status | ステータス カテゴリ | ステータスカテゴリ ;
--   Custom field (Severity) = Benutzerdefiniertes Feld (Severity) | Benutzerdefinierte Felder (Severity) |
--   Benutzerdefiniertes Feld (Schweregrad) | Champ personnalisé (Severity) | Champs personnalisés (Severity) |
--   Champs personnalisés (Gravité) | Campo personalizado (Severity) | Campo personalizado (Severidad) |
--   Campo personalizado (Gravedad) | Campo personalizado (Severidade) | Campo personalizado (Gravidade) |
--   カスタムフィールド (Severity) | カスタムフィールド (重大度) | Custom field (Severity Level) |
--   Custom field (Incident Severity) | Custom field (Incident Severity Level) | Severity | Severity Level ;
--   Custom field (Team) = Team | Custom field (Owner Team) | Custom field (Responsible Team) | Benutzerdefiniertes Feld (Team) | Champs personnalisés (Équipe) | Campo personalizado (Equipo) |
--   Campo personalizado (Equipe)
-- rows: one per record
-- zone:
-- verified: real file

with said as (
    select
        *,
        -- "[System] Incident" is the name of the built-in type.
        regexp_replace(lower(trim("Issue Type")), '^\[.+\]\s*', '') as type_said,
        lower(trim("Status")) as status_said,
        lower(trim("Status Category")) as category_said,
        -- Apostrophes may be straight or typographic.
        replace(lower(trim("Resolution")), '’', '''') as resolution_said
    from export
),

issues as (
    select
        *,
        regexp_replace(trim(coalesce("Issue key", "Issue id")), '\s+', ' ', 'g') as issue,
        case
            when list_contains(
                ['serviceanfrage', 'demande de service', 'solicitud de servicio', 'requisição de serviço',
                    'solicitação de serviço', 'サービス要求', 'サービス リクエスト'],
                type_said
            ) then 'service request'
            when list_contains(
                ['aufgabe', 'teilaufgabe', 'unteraufgabe', 'tâche', 'sous-tâche', 'tarea', 'subtarea', 'tarefa',
                    'subtarefa', 'タスク', 'サブタスク', 'サブ課題'],
                type_said
            ) then 'task'
            when list_contains(
                ['récit', 'épopée', 'historia', 'épica', 'epopeya', 'história', 'ストーリー', 'エピック'], type_said
            ) then 'story'
            when list_contains(
                ['änderung', 'changement', 'cambio', 'mudança', 'alteração', '変更'], type_said
            ) then 'change'
            when list_contains(['problème', 'problema', '問題'], type_said) then 'problem'
            else type_said
        end as type_word,
        case
            when list_contains(
                ['erledigt', 'fertig', 'gelöst', 'behoben', 'abgeschlossen', 'terminé', 'terminée', 'terminé(e)',
                'résolu',
                    'résolue', 'finalizada', 'finalizado', 'resuelta', 'resuelto', 'hecho', 'hecha', 'listo',
                    'listo(a)',
                    'concluído', 'concluída', 'resolvido', 'resolvida', 'feito', 'itens concluídos', '完了', '解決済み',
                    '解決済'],
                status_said
            ) then 'done'
            when list_contains(
                ['geschlossen', 'fermé', 'fermée', 'clos', 'close', 'cerrada', 'cerrado', 'fechado', 'fechada', 'クローズ',
                    'クローズ済み', '終了'],
                status_said
            ) then 'closed'
            when list_contains(
                ['erneut geöffnet', 'wieder geöffnet', 'rouvert', 'rouverte', 'reabierta', 'reabierto', 'reaberto',
                    'reaberta', '再オープン'],
                status_said
            ) then 'reopened'
            when list_contains(
                ['abgebrochen', 'storniert', 'annulé', 'annulée', 'キャンセル', 'キャンセル済み'], status_said
            ) then 'cancelled'
            else status_said
        end as status_word,
        case
            when list_contains(
                ['fertig', 'erledigt', 'terminé', 'terminée', 'terminé(e)', 'listo', 'finalizado', 'hecho', 'concluído',
                    'itens concluídos', 'feito', '完了'],
                category_said
            ) then 'done'
            else category_said
        end as category_word,
        case
            when list_contains(
                ['nicht erledigt', 'nicht gelöst', 'offen', 'non résolu', 'non résolue', 'non résolu(e)',
                'sin resolver',
                    'não resolvido', 'não resolvida', '未解決'],
                resolution_said
            ) then 'unresolved'
            when list_contains(
                ['duplikat', 'doublon', 'dupliquée', 'duplicada', 'duplicado', 'duplicata', '重複', '重複課題'],
                resolution_said
            ) then 'duplicate'
            when list_contains(
                ['wird nicht erledigt', 'wird nicht behoben', 'wird nicht bearbeitet', 'ne sera pas fait',
                    'ne sera pas corrigé', 'ne sera pas résolu', 'no se hará', 'no se realizará', 'no se corregirá',
                    'no se solucionará', 'não será feito', 'não será corrigido', '対応しない', '修正しない', '実施しない'],
                resolution_said
            ) then 'won''t do'
            when list_contains(
                ['nicht reproduzierbar', 'kann nicht reproduziert werden', 'impossible à reproduire',
                    'impossible de reproduire', 'no se puede reproducir', 'não é possível reproduzir',
                    'não pode ser reproduzido', '再現できない', '再現不可'],
                resolution_said
            ) then 'cannot reproduce'
            when list_contains(
                ['abgelehnt', 'refusé', 'rechazado', 'rechazada', 'recusado', 'rejeitado', '却下'], resolution_said
            )
                then 'declined'
            else resolution_said
        end as resolution_word
    from said
),

finished as (
    select
        *,
        (
            coalesce(resolution_word, 'unresolved') <> 'unresolved'
            or status_word in ('resolved', 'closed', 'done', 'completed', 'verified', 'fixed')
            or coalesce(category_word, '') = 'done'
        )
        and coalesce(status_word, '') <> 'reopened' as is_finished
    from issues
),

stated as (
    select
        *,
        case
            when not coalesce(is_finished, false) then 'open'
            when resolution_word = 'duplicate' then 'merged'
            when status_word like 'cancel%' or resolution_word like 'cancel%' then 'cancelled'
            when resolution_word in ('abandoned', 'withdrawn') then 'cancelled'
            when status_word in ('declined', 'rejected') then 'declined'
            when resolution_word in (
                'declined', 'rejected', 'invalid', 'not a problem', 'not a bug', 'false alarm',
                'false positive', 'cannot reproduce', 'works for me', 'worksforme', 'incomplete'
            ) then 'declined'
            when resolution_word in (
                'won''t fix', 'wontfix', 'won''t do', 'later', 'information provided'
            ) then 'closed'
            when status_word = 'closed' then 'closed'
            else 'resolved'
        end as status_now,
        -- Nobody brought the service back in these, whatever the date says.
        coalesce(resolution_word, '') in (
            'won''t fix', 'wontfix', 'won''t do', 'later', 'information provided'
        ) as is_given_up
    from finished
)

select
    issue::varchar as incident_id,
    "Summary"::varchar as title,
    coalesce(
        "Component/s",
        "Components",
        -- Identifiers and program objects are written here too: they name nothing.
        case
            when not regexp_matches("Custom field (Affected services)", '^(ari:|com\.)')
                then "Custom field (Affected services)"
        end
    )::varchar as service,
    "Custom field (Team)"::varchar as team,
    coalesce("Custom field (Severity)", "Priority")::varchar as severity_text,
    status_now::varchar as status,
    (case
        when type_word like '%service request%' then 'request'
        when type_word = 'maintenance' then 'maintenance'
        else 'incident'
    end)::varchar as kind,
    "Created"::varchar as opened_at,
    "Custom field ([CHART] Date of First Response)"::varchar as acknowledged_at,
    (case when is_finished and not is_given_up then "Resolved" end)::varchar as resolved_at,
    (case when is_finished then "Resolved" end)::varchar as closed_at,
    "Updated"::varchar as updated_at,
    "Created"::varchar as recorded_at,
    "Custom field (Root cause)"::varchar as root_cause,
    "Custom field (Root cause ID)"::varchar as root_cause_id,
    -- "is caused by" points inward; links made the other way round name the same problem.
    coalesce(
        "Inward issue link (Problem/Incident)",
        "Inward issue link (Causes)",
        "Outward issue link (Problem/Incident)"
    )::varchar as problem_id,
    -- People link either way round; which of the two came first is told by the times.
    coalesce("Outward issue link (Duplicate)", "Inward issue link (Duplicate)")::varchar as repeat_of,
    (case when status_now = 'merged' then "Outward issue link (Duplicate)" end)::varchar as merged_into,
    (case
        when type_word like '%change%' then 'a change, not an incident'
        when type_word like '%problem%' then 'a problem record, not an incident'
        when type_word like '%post-incident%' then 'a post-incident review, not an incident'
        when type_word in (
            'task', 'sub-task', 'subtask', 'story', 'epic', 'improvement', 'new feature', 'feature', 'wish',
            'test'
        ) then 'a work item (' || type_word || '), not an incident'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
