-- Qualtrics responses below the three header rows, in the survey's zone. Q1 is the Net Promoter question.
select
    strftime(berlin(responded - 30 - text % 240), '%Y-%m-%d %H:%M:%S') as "StartDate",
    strftime(berlin(responded), '%Y-%m-%d %H:%M:%S') as "EndDate",
    case when sort = 1 then 'Survey Preview' else 'IP Address' end as "Status",
    case when sort <> 1 then printf('192.0.2.%d', text % 254 + 1) end as "IPAddress",
    case when sort = 2 then 50 else 100 end as "Progress",
    30 + text % 240 as "Duration (in seconds)",
    case when sort = 2 then 'False' else 'True' end as "Finished",
    strftime(berlin(responded + 1), '%Y-%m-%d %H:%M:%S') as "RecordedDate",
    'R_' || substr(md5(concat('answer ', copy, '/', number)), 1, 15) as "ResponseId",
    null as "RecipientLastName",
    null as "RecipientFirstName",
    null as "RecipientEmail",
    null as "ExternalReference",
    null as "LocationLatitude",
    null as "LocationLongitude",
    'email' as "DistributionChannel",
    ['EN', 'EN', 'EN', 'DE'][1 + text % 4] as "UserLanguage",
    case when score >= 9 then 'Promoter' when score >= 7 then 'Passive' when score >= 0 then 'Detractor' end
        as "Q1_NPS_GROUP",
    case when score >= 0 then score end as "Q1",
    comment as "Comment",
    case when sort <> 1 then account_id(copy, account) end as "AccountId",
    case when sort <> 1 then segment end as "Segment"
from told_answers
where responded >= $start and responded < $end
order by responded, copy, number
