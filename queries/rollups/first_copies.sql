-- title: Rows of a log that carries ids
-- definition: Of the rows with the same id, the first one of the first file counts; the others are doubled. Rows without
--   an id all count. Files that an earlier run read are compared with, and not counted again.
-- grain: one row per row of the files to read
-- columns: is_doubled boolean
with numbered as (
    select
        logs.*,
        row_number() over (
            partition by logs.id
            order by
                logs.file, logs.at nulls last, logs.status nulls last, logs.duration nulls last,
                logs.endpoint nulls last
        ) as copy,
    from logs
    left join compared on logs.file = compared.file
    where compared.from_second is null or (logs.at >= compared.from_second and logs.at < compared.until_second)
)

select
    numbered.*,
    coalesce(numbered.id is not null and numbered.copy > 1, false) as is_doubled,
from numbered
left join compared on numbered.file = compared.file
where compared.from_second is null
