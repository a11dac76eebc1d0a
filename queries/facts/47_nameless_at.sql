-- title: The changes that name no service
-- definition: changes_at, those that touch no service that is known: nobody can tell what they put at risk.
-- grain: one row per change
-- makes: macro
-- columns: as changes_at
create or replace macro nameless_at(as_of, change_ids) as table
select *, from changes_at(as_of, change_ids) where len(touches) = 0
