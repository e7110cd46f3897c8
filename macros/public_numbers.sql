{# Whether the numbers of a node are public: its access is public, or it is in the core, behind the public relations. #}
{% macro has_public_numbers(node) %}
    {{ return(node.resource_type == 'model' and (node.config.access == 'public' or node.config.schema == 'core')) }}
{% endmacro %}

{#
  Every non-NULL number of the public relations, one row each: relation, column, the name that says what the number can
  be, and its value. In tall relations the row names the number.
#}
{% macro public_numbers() -%}
    {%- set named_in_row = [
        'metric_value', 'value_usd_millions', 'published_usd_millions', 'recomputed_usd_millions',
        'report_usd_millions', 'later_usd_millions',
    ] -%}
    {%- set not_numbers = ['varchar', 'string', 'boolean', 'date'] -%}
    {#- An empty select that gives the columns; before dbt knows the models, it is the only one. -#}
    {%- set selects = ["
    select
        cast(null as string) as relation_name,
        cast(null as string) as column_name,
        cast(null as string) as number_name,
        cast(null as double) as number_value
    where false"] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute='unique_id') if has_public_numbers(node) -%}
            {%- if node.unique_id not in model.depends_on.nodes -%}
                {%- do exceptions.raise_compiler_error(
                    model.original_file_path ~ ' leaves out the public model ' ~ node.name
                    ~ ': add the line -- depends_on: {{ ref(\'' ~ node.name ~ '\') }}'
                ) -%}
            {%- endif -%}
            {%- set columns = adapter.get_columns_in_relation(ref(node.name)) -%}
            {%- if not columns -%}
                {%- do exceptions.raise_compiler_error(node.name ~ ' does not exist yet: run `dbt build`') -%}
            {%- endif -%}
            {%- set names = columns | map(attribute='name') | list -%}
            {%- set numbers = [] -%}
            {%- for column in columns if column.dtype | lower not in not_numbers -%}
                {%- do numbers.append(column.name) -%}
            {%- endfor -%}
            {%- if numbers -%}
                {%- set select %}
    select
        relation_name,
        column_name,
        case when column_name in ('{{ named_in_row | join("', '") }}') then row_name else column_name end as number_name,
        number_value
    from (
        select {{ doubles(numbers) }}
            '{{ node.config.schema }}.{{ node.name }}' as relation_name,
            {{ 'metric' if 'metric' in names else 'flow' if 'flow' in names else 'cast(null as string)' }} as row_name
        from {{ ref(node.name) }}
    ) unpivot (number_value for column_name in ({{ numbers | join(', ') }}))
                {%- endset -%}
                {%- do selects.append(select) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ selects | join('\n    union all') }}
{%- endmacro %}

{#
  The least (0) or the most (1) that a number can be, by the words in its name: the first line with one of them counts.
  A name with none of these words is an amount, a count or a year.
#}
{% macro number_bound(which) -%}
    case
        {%- for words, bounds in [
            (['change', 'contribution', 'difference', 'effect', 'lost', 'revision', 'sign', 'term_'], ['null', 'null']),
            (['rank', 'standing'], ['1', 'null']),
            (['normalized_balance'], ['-1', '1']),
            (['balance'], ['null', 'null']),
            (['growth', 'cagr'], ['-100', 'null']),
            (['_pct'], ['0', '100']),
            (['_hhi'], ['0', '10000']),
            (['turnover'], ['0', '100']),
            (['_value', 'published_number', 'y20', 'products_usd', 'merchandise_usd'], ['null', 'null']),
            ([''], ['0', 'null']),
        ] %}
            when contains(number_name, '{{ words | join("') or contains(number_name, '") }}') then {{ bounds[which] }}
        {%- endfor %}
        end
{%- endmacro %}
