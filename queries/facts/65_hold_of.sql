-- title: What a gate says of a change
-- definition: The first columns of every gate as one struct to unnest. `failing` is a row with change_id, state and reason.
-- grain: one struct
-- makes: macro
-- columns: change_id varchar, state varchar, reason varchar
create or replace macro hold_of(failing) as {
    'change_id': failing.change_id::varchar,
    'state': failing.state::varchar,
    'reason': failing.reason::varchar
}
