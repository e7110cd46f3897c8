-- Each note names a source and members that there are, years that make sense and a known kind; what is not a caution
-- has a reference, and a break has the year in which it stands.
with

sources as (
    select distinct source_id from {{ ref('stg_reference__sources') }}
),

product_types as (
    select distinct product_type from {{ ref('trade') }}
),

notes as (
    select
        notes.*,
        sources.source_id as known_source,
        technologies.technology_id as known_technology,
        regions.region_id as known_region,
        partners.partner_id as known_partner,
        partners.region_id as region_of_partner,
        product_types.product_type as known_product_type,
        lower(technologies.technology_name) as technology_name,
        lower(partners.partner_name) as partner_name,
        lower(concat(notes.title, ' ', notes.sentence)) as words
    from {{ ref('notes') }} as notes
    left join sources on notes.source_id = sources.source_id
    left join {{ ref('technologies') }} as technologies on notes.technology_id = technologies.technology_id
    left join {{ ref('regions') }} as regions on notes.region_id = regions.region_id
    left join {{ ref('partners') }} as partners on notes.partner_id = partners.partner_id
    left join product_types on notes.product_type = product_types.product_type
),

problems as (
    select
        note_id,
        case
            when note_id is null or title is null or sentence is null then 'its id, title or sentence is missing'
            when kind is null or kind not in ('definition', 'break', 'event', 'caution') then 'its kind is unknown'
            when flow is null or flow not in ('exports', 'imports', 'balance', 'all') then 'its flow is unknown'
            when source_id is null or (source_id <> 'all' and known_source is null) then 'its source is unknown'
            when product_type is null or (product_type <> 'all' and known_product_type is null)
                then 'its product type is unknown'
            when known_technology is null then 'its technology area is unknown'
            when known_region is null then 'its group of partners is unknown'
            when partner_id is null or (partner_id <> 'all' and known_partner is null) then 'its partner is unknown'
            when region_id <> 'all' and partner_id <> 'all' and region_id <> region_of_partner
                then 'its partner is in another group'
            when valid_from not between 1980 and 2050 or valid_to not between 1980 and 2050 or valid_from > valid_to
                then 'its years make no sense'
            when technology_id <> 'all' and instr(words, technology_name) = 0
                then concat('it does not name ', technology_name)
            when partner_id <> 'all' and instr(words, partner_name) = 0 then concat('it does not name ', partner_name)
            when flow <> 'all' and instr(words, flow) = 0 then concat('it does not name ', flow)
            when instr(words, cast(valid_from as string)) = 0 or instr(words, cast(valid_to as string)) = 0
                then 'it does not name the years in which it applies'
            when is_break is null or (kind = 'break' and not is_break)
                then 'a note of the kind break must have is_break'
            when is_break and (kind not in ('break', 'caution') or valid_from is null)
                then 'a break is a break or a caution, and has the year in which it stands (valid_from)'
            when kind <> 'caution' and reference_title is null then 'a fact needs its reference'
            when
                reference_address is not null
                and (reference_title is null or regexp_extract(reference_address, '^https?://', 0) = '')
                then 'its address is none, or has no title'
        end as what_is_wrong
    from notes
)

select concat('seeds/reference/notes.csv, row "', coalesce(note_id, ''), '": ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
