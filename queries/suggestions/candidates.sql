-- title: Candidates of incidents
-- definition: For the incidents at places [first, beyond) of the order of opening, the earlier ones that each resembles most, as
--   numbered at preparation, the first `per_incident` of each; all that are kept for those in `doubted`.
-- grain: one row per pair, by incident and number
-- params: first bigint, beyond bigint, per_incident bigint, doubted bigint[]
-- columns: place bigint, partner_place bigint, score double, same_title boolean
select
    place::bigint as place,
    partner_place::bigint as partner_place,
    score::double as score,
    same_title::boolean as same_title,
from candidate
where
    place >= $first
    and place < $beyond
    and ("number" < $per_incident or list_contains($doubted, place))
order by place, "number"
