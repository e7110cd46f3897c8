{#
  What a model says about the real sources when made-up rows are beside them: the model's own SQL, as rendered for the
  real relations, over its inputs and a shadow of each for every key: one of another source, one of another vintage. A
  shadow has the same members, with numbers twice as large, in all but one of the same years and in later years. `inputs`
  are shadowed; `beside` are the other relations that the model reads.
#}
{% macro said_beside_shadows(model, inputs, beside, keys) -%}
    {%- for input in inputs + beside -%}{%- do ref(input) -%}{%- endfor -%}
    {%- if execute -%}
    {%- set node = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('alias', 'equalto', model.identifier) | first -%}
    {%- set again = namespace(sql=render(node.raw_code)) -%}
    {%- set doubled = ['metric_value', 'observed_value', 'share_pct'] -%}
    {%- set missing_year, years_later = 2003, 4 -%}
    with

    {% for input in inputs %}
    {%- set relation = ref(input) -%}
    {%- set names = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set named = modules.re.escape(relation | string) ~ '(?![A-Za-z0-9_])' -%}
    {%- if not modules.re.search(named, again.sql) -%}
        {%- do exceptions.raise_compiler_error(model.identifier ~ ' does not read ' ~ input) -%}
    {%- endif -%}
    {%- set again.sql = modules.re.sub(named, 'shadowed_' ~ input, again.sql) -%}
    shadowed_{{ input }} as (
        select {{ names | join(', ') }} from {{ relation }}
        {%- for key in keys if key in names -%}
        {%- for shift in ([0, years_later] if 'data_year' in names else [0]) %}
        union all
        select
            {% for name in names -%}
                {%- if name == key -%} concat('shadow ', {{ key }}) as {{ key }}
                {%- elif name == 'data_year' -%} data_year + {{ shift }} as data_year
                {%- elif name.endswith('_usd_millions') or name in doubled -%} 2 * {{ name }} as {{ name }}
                {%- else -%} {{ name }}
                {%- endif -%}
                {{ ', ' if not loop.last }}
            {%- endfor %}
        from {{ relation }}
        {%- if 'data_year' in names %}
        where data_year {{ '>= ' if shift else '<> ' }}{{ missing_year }}
        {%- endif %}
        {%- endfor %}
        {%- endfor %}
    ),

    {% endfor -%}
    {%- set names = adapter.get_columns_in_relation(model) | map(attribute='name') | list -%}
    said_again as (
        select {{ names | join(', ') }}
        from (
            {{ again.sql }}
        ) as once_more
        where true
        {%- for key in keys if key in names %} and {{ key }} not like 'shadow %' {%- endfor %}
    )

    select * from said_again
    {%- else -%}
    select * from {{ model }}
    {%- endif -%}
{%- endmacro %}
