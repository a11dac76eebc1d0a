-- title: What a gate says of a change
-- definition: The first columns of every gate as one struct to unnest. `judged` is a row with change_id, verdict and service.
-- grain: one struct
-- makes: macro
-- columns: change_id varchar, verdict varchar, service varchar
create or replace macro verdict_of(judged) as {
    'change_id': judged.change_id::varchar,
    'verdict': judged.verdict::varchar,
    'service': judged.service::varchar
}
