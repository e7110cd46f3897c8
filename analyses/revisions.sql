-- How much did each state of the months change what the one before had published?
select
    source_id,
    vintage,
    previous_vintage,
    cast(sum(balance_revision_usd_millions) as decimal(18, 6)) as balance_revision_usd_millions,
    count(*) as months_published_again,
    count(case when is_revised then 1 end) as months_revised,
    max(abs(exports_revision_usd_millions)) as largest_exports_revision_usd_millions,
    max(abs(imports_revision_usd_millions)) as largest_imports_revision_usd_millions
from {{ ref('trade_revisions') }}
group by source_id, vintage, previous_vintage
order by source_id, vintage
