-- Delighted survey responses as the interface lists them: Unix seconds, the customer's own person properties.
select
    7000000 + copy * 100000 + number as id,
    (300000 + account * 7 + text % 7)::varchar as person,
    -- The same account also asks how satisfied people were with a support case.
    case when sort = 1 then 'csat' else 'nps' end as survey_type,
    case when sort = 1 then 1 + score % 5 when score >= 0 then score end as score,
    comment,
    printf('https://surveys.northwind.example/r/%x', 7000000 + copy * 100000 + number) as permalink,
    responded as created_at,
    responded + text % 900 as updated_at,
    {
        'Delighted Source': ['Email', 'Web'][1 + text % 2],
        'Account ID': account_id(copy, account),
        'Segment': segment
    } as person_properties,
    []::varchar[] as notes,
    []::varchar[] as tags
from told_answers
where responded >= $start and responded < $end and sort <> 2
order by responded, copy, number
