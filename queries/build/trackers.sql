-- title: Issue trackers
-- definition: Macros that read references and labels of an issue. Labels are JSON objects with a name, JSON texts, or one
--   text with commas; the macro that splits them has "json" in its name: by that the view of an export knows that the query
--   takes the column apart itself.
-- grain: one value in, or the labels of one issue; one value out

-- Every repository counts its issues from 1, so a number alone names several: "group/project#12". The repository is the path
-- of the address, of the page or of the interface; without one it stays the number. sign: what stands between the two.
create or replace macro in_repository(number, address, sign) as
    coalesce(
        nullif(
            regexp_extract(
                trim(address),
                '^https?://[^/]+/(?:api/v3/)?(?:repos/)?([^?#]+?)/(?:-/)?'
                || '(?:issues|pulls?|merge_requests|work_items|incidents|releases)(?:[/?#]|$)',
                1
            ),
            ''
        ) || sign,
        ''
    ) || trim(number);

create or replace macro json_label_names(labels) as
    list_transform(
        case
            when labels like '[%' and labels like '%{%'
                then list_transform(try(from_json(labels, '[{"name": "VARCHAR"}]')), lambda label: label.name)
            when labels like '[%' then try(from_json(labels, '["VARCHAR"]'))
            else regexp_split_to_array(labels, '\s*[,;]\s*')
        end,
        lambda label: trim(label)
    );

-- "sev1", "severity::critical", "priority/high"; else a word that says nothing but how bad it is.
create or replace macro severity_label(names) as
    coalesce(
        list_filter(
            names,
            lambda label: regexp_full_match(
                lower(label),
                '(severity|sev|priority|prio|impact|p|s)[\s:/_.-]*'
                || '([0-5]|critical|high|major|medium|moderate|minor|low|urgent)'
            )
        )[1],
        list_filter(
            names,
            lambda label: regexp_full_match(
                lower(label), 'critical|blocker|urgent|high|major|medium|minor|low|trivial'
            )
        )[1]
    );

-- What stands behind "service:" or "team/": kinds is a pattern of the words before.
create or replace macro label_of(names, kinds) as
    regexp_extract(
        list_filter(names, lambda label: regexp_full_match(lower(label), '(' || kinds || ')\s*[:/]+.+'))[1],
        '[:/]+\s*(.+)$',
        1
    );

create or replace macro is_maintenance_label(names) as
    list_contains(list_transform(names, lambda label: lower(label)), 'maintenance');

-- A label about what came after an incident names no incident, although the word may be in it.
create or replace macro says_afterwards(label) as
    regexp_matches(
        lower(label),
        'post[\s_-]?mortem|retro|review|action[\s_-]?item|follow[\s_-]?up|remediation|\b(no|non|not)\b'
    );

-- An incident, an outage, or a severity: a priority is given to any issue.
create or replace macro has_incident_label(names) as
    coalesce(
        len(
            list_filter(
                names,
                lambda label: not says_afterwards(label) and (
                    regexp_matches(
                        lower(label), '(^|[^a-z])(incident|outage|downtime|sev(erity)?[\s:/_.-]*[0-5]([^0-9]|$))'
                    )
                    or regexp_full_match(
                        lower(label),
                        'sev(erity)?[\s:/_.-]*(critical|high|major|medium|moderate|minor|low|urgent|blocker)'
                    )
                )
            )
        ),
        0
    ) > 0;

-- A postmortem may be asked for by a label of the incident itself; an action item is never one.
create or replace macro is_afterwards(names) as
    coalesce(
        len(list_filter(names, lambda label: regexp_matches(lower(label), 'action[\s_-]?item'))) > 0
        or (
            not has_incident_label(names)
            and len(
                list_filter(names, lambda label: regexp_matches(lower(label), 'post[\s_-]?mortem|retrospective'))
            ) > 0
        ),
        false
    );

-- The stamps of a database that keeps UTC and writes no zone; any other text stays as it is.
create or replace macro utc_of_database(text, is_of_database) as
    case
        when is_of_database and text like '____-__-__ __:__:__' then replace(text, ' ', 'T') || 'Z'
        else text
    end;
