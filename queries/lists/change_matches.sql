-- title: Changes that match a search
-- definition: Changes whose id is the searched text (kind `id`), whose id or title holds all its words (`words`), or whose id
--   looks like it (`like`, for slips of the finger); case does not matter.
-- grain: one row per change, best match first, then the newest
-- params: search varchar, limit bigint
-- columns: change_id varchar, title varchar, service varchar, team varchar, planned_for timestamptz, match varchar
with wanted as (
    select
        lower(trim($search::varchar)) as search,
        list_filter(string_split(lower(trim($search::varchar)), ' '), lambda word: word <> '') as words,
),

scored as (
    select
        changes.*,
        lower(changes.change_id) as id,
        wanted.search,
        list_bool_and(
            list_transform(
                wanted.words,
                lambda word: contains(lower(changes.change_id || ' ' || coalesce(changes.title, '')), word)
            )
        ) as has_words,
        jaro_winkler_similarity(lower(changes.change_id), wanted.search) as likeness,
    from changes
    cross join wanted
    where wanted.search <> ''
),

ranked as (
    select
        *,
        case
            when id = search then 1
            when has_words then 2
            when likeness >= 0.85 then 3
        end as match_order,
    from scored
)

select
    change_id::varchar as change_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    planned_for::timestamptz as planned_for,
    case match_order when 1 then 'id' when 2 then 'words' else 'like' end::varchar as match,
from ranked
where match_order is not null
order by match_order, if(match_order = 3, likeness, 0) desc, planned_for desc nulls last, change_id
limit $limit
