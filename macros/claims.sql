{#
  The vocabulary of the ledger of claims, in the one place where it stands: a statistic makes one result of the
  values that a claim is about, an operator compares it with what is published. The result of `highest_members` and
  `lowest_members` is not a number but the ids with the highest or lowest values, in order.
#}
{% macro claim_statistics() %}
    {{ return({
        'value': 'case when count(*) = 1 then max(observed_value) end',
        'sum': 'sum(observed_value)',
        'highest': 'max(observed_value)',
        'lowest': 'min(observed_value)',
        'change': 'sum(case data_year when last_year then observed_value when first_year then -observed_value end)',
        'highest_yearly_change': 'max(yearly_change)',
        'lowest_yearly_change': 'min(yearly_change)',
        'count': 'count(*)',
        'count_above': 'sum(case when observed_value > threshold_number then 1 else 0 end)',
        'count_below': 'sum(case when observed_value < threshold_number then 1 else 0 end)',
        'count_equal': 'sum(case when observed_value = threshold_number then 1 else 0 end)',
        'first_year_above': 'min(case when observed_value > threshold_number then data_year end)',
        'first_year_below': 'min(case when observed_value < threshold_number then data_year end)',
        'year_of_highest': 'max(case when standing = 1 then data_year end)',
        'year_of_lowest': 'max(case when standing = 1 then data_year end)',
        'highest_members': 'null',
        'lowest_members': 'null',
    }) }}
{% endmacro %}

{% macro claim_operators() %}
    {{ return({
        'equals': 'abs(published_number - computed_number) <= last_digit / 2',
        'about': 'abs(published_number - computed_number) < last_digit',
        'over': 'computed_number > published_number',
        'under': 'computed_number < published_number',
        'at_least': 'computed_number >= published_number',
        'at_most': 'computed_number <= published_number',
        'is': 'computed_members = claims.published_value',
        'are': 'members_agreed = members_named',
    }) }}
{% endmacro %}

{% macro claim_statistic() -%}
    cast(case max(statistic)
        {%- for statistic, formula in claim_statistics().items() %}
            when '{{ statistic }}' then {{ formula }}
        {%- endfor %}
        end as decimal(18, 6))
{%- endmacro %}

{# A claim can name up to eleven members: no breakdown is ranked further in the report's prose. #}
{% macro claim_members() -%}
    case when max(statistic) like '%members' then concat_ws(
            ' '
            {%- for standing in range(1, 12) -%}
            , max(case when standing = {{ standing }} and standing <= members_named then member_id end)
            {%- endfor %}
        ) end
{%- endmacro %}

{% macro claim_members_agreed() -%}
    sum(
            case
                when
                    standing <= members_named
                    and instr(concat(' ', published_value, ' '), concat(' ', member_id, ' ')) > 0
                    then 1
                else 0
            end
        )
{%- endmacro %}

{% macro claim_holds() -%}
    case claims.operator
        {%- for operator, formula in claim_operators().items() %}
            when '{{ operator }}' then {{ formula }}
        {%- endfor %}
        end
{%- endmacro %}

{# Whether a text shows the claim's published number, in digits or as a word; minus signs are ours. #}
{% macro claim_shows_its_number(text) -%}
    (
                    instr({{ text }}, replace(claims.published_value, '-', '')) > 0
        {%- for number, words in {
            '1': ['first', 'largest', ' one '],
            '2': ['second', 'two'],
            '3': ['third', 'three'],
            '5': ['fifth', 'five'],
            '6': ['six'],
            '9': ['nine'],
            '10': [' ten '],
            '11': ['eleven', 'last place'],
            '50': ['half'],
        }.items() %}{% for word in words %}
                    or (claims.published_value in ('{{ number }}', '-{{ number }}') and {{ text }} like '%{{ word }}%')
        {%- endfor %}{% endfor %}
                )
{%- endmacro %}
