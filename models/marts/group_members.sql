select
    memberships.group_id,
    named.group_name,
    memberships.partner_id,
    partners.partner_name,
    memberships.valid_from,
    memberships.valid_to,
    memberships.reference
from {{ ref('group_memberships') }} as memberships
left join {{ ref('groups') }} as named on memberships.group_id = named.group_id
left join {{ ref('partners') }} as partners on memberships.partner_id = partners.partner_id
