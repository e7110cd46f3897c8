-- Each partner has the codes, a name and the region that the report and published lists give it, and each label of the
-- figures means the partner that it names. D64 in DECISIONS.md.
{% set compared_columns = {
    'partner_id': 'partner_id',
    'partner_name': 'partner_name',
    'schedule_c_code': 'schedule_c_code',
    'iso_alpha_2': 'iso_alpha_2',
    'region_heading': 'label of its region',
} %}
{% set most_labels = 4 %}

with

partners_read as (
    select
        *,
        -- Schedule C adds to some names in brackets or after a comma.
        trim(regexp_extract(schedule_c_name, '^[^(,]+', 0)) as schedule_c_short_name
    from {{ ref('second_reading_partners') }}
),

partners_found as (
    select
        partners.partner_id,
        partners.partner_name,
        partners.report_label,
        partners.schedule_c_code,
        partners.iso_alpha_2,
        regions.report_label as region_heading
    from {{ ref('partners') }} as partners
    left join {{ ref('regions') }} as regions on partners.region_id = regions.region_id
    where not partners.is_residual and partners.report_label is not null
),

partners as (
    select
        partners_found.partner_id,
        partners_read.iso_alpha_3 as partner_id_read,
        partners_found.schedule_c_code,
        partners_read.schedule_c_code as schedule_c_code_read,
        partners_found.iso_alpha_2,
        partners_read.iso_alpha_2 as iso_alpha_2_read,
        partners_found.region_heading,
        partners_read.region_heading as region_heading_read,
        partners_found.partner_name,
        case
            when
                partners_found.partner_name in (
                    partners_read.table_label, partners_read.iso_name, partners_read.schedule_c_short_name
                )
                then partners_found.partner_name
            else partners_read.table_label
        end as partner_name_read,
        coalesce(partners_found.report_label, partners_read.table_label, '(no label)') as report_label
    from partners_found
    full outer join partners_read on partners_found.report_label = partners_read.table_label
),

split_labels as (
    {% for number in range(1, most_labels + 1) %}
        select
            iso_alpha_3 as partner_id,
            split_part(figure_labels, '; ', {{ number }}) as figure_label
        from partners_read
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

labels_read as (
    select * from split_labels
    where figure_label <> ''
),

labels as (
    select
        coalesce(labels_found.figure_label, labels_read.figure_label, '(no label)') as figure_label,
        coalesce(labels_found.partner_id, labels_read.partner_id, '(no partner)') as partner_id,
        case when labels_found.figure_label is not null then 'this label' end as found,
        case when labels_read.figure_label is not null then 'this label' end as reread
    from {{ ref('figure_partner_labels') }} as labels_found
    full outer join labels_read
        on
            labels_found.figure_label = labels_read.figure_label
            and labels_found.partner_id = labels_read.partner_id
),

compared as (
    {% for column, name in compared_columns.items() %}
        select
            {{ column }} as found,
            {{ column }}_read as reread,
            concat('partners.csv, row "', report_label, '", {{ name }}') as place
        from partners
        union all
    {% endfor %}
    select
        found,
        reread,
        concat('figure_partner_labels.csv, label "', figure_label, '", partner ', partner_id) as place
    from labels
)

select
    concat(
        'seeds/reference/', place,
        {{ both_readings('found', 'reread', 'second_reading_partners', 'the report, Schedule C and ISO 3166-1') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
