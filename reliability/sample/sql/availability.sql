-- Good and valid requests per endpoint and six hours, in canonical column names.
select
    services.endpoint as endpoint,
    services.name as service,
    utc_text(begins) as interval_start,
    utc_text(begins + 21600) as interval_end,
    good,
    total
from availability
inner join services using (service)
order by begins, endpoint
