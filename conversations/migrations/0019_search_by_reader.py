"""A search knows what its reader may see as one set of bits: the conversation with the number `own_from` + n is among
them where bit n is set. Null: all. So it need not be known in which week each began."""

from django.db import migrations

AMONG = """
create function kefu_is_among(own bytea, own_from bigint, id bigint) returns boolean language sql immutable as $$
  select own is null or case
    when id between own_from and own_from + 8 * length(own) - 1 then get_bit(own, id - own_from) = 1
    else false
  end
$$
"""
# One look-up in the index per week, the last one first, until there are enough.
# `tenant_id + 0` keeps the planner from the index on the tenant: the one on terms is left, whatever it estimates.
SEARCH = """
create function {name}(
  tenant bigint, weeks integer[], hashes integer[], {parameters}
  own bytea, own_from bigint, most integer
) returns table ({columns})
language plpgsql set enable_seqscan = off set enable_indexscan = off set jit = off as $$
declare
  found_so_far integer := 0;
  found_now integer;
begin
  for place in 1 .. coalesce(array_length(weeks, 1), 0) loop
    perform set_config('kefu.terms', (select array_agg(weeks[place] | hash)::text from unnest(hashes) hash), true);
    return query {found} limit most - found_so_far;
    get diagnostics found_now = row_count;
    found_so_far := found_so_far + found_now;
    exit when found_so_far >= most;
  end loop;
  perform set_config('kefu.terms', '', true);
end
$$
"""
MESSAGES = SEARCH.format(
    name="kefu_search_messages",
    parameters="before bigint, counted integer,",
    columns="place integer, conversation_id bigint, hits bigint, ids bigint[]",
    found="""
      select place, d.conversation_id, count(*), (array_agg(d.id order by d.id desc))[1:counted]
      from conversations_searchdocument d
      where d.tenant_id + 0 = tenant and (place > 1 or d.conversation_id < before)
        and kefu_is_among(own, own_from, d.conversation_id)
      group by d.conversation_id order by d.conversation_id desc""",
)
CONTACTS = SEARCH.format(
    name="kefu_search_contacts",
    parameters="",
    columns="id bigint",
    found="""
      select d.id from conversations_contactdocument d
      where d.tenant_id + 0 = tenant and (own is null or exists (
        select from conversations_conversation c
        where c.tenant_id = tenant and c.customer_id = d.id and kefu_is_among(own, own_from, c.id)))
      order by d.id desc""",
)
DROP = """
drop function kefu_search_messages(bigint, integer[], integer[], bigint, bigint[], integer[], integer, integer);
drop function kefu_search_contacts(bigint, integer[], integer[], bigint[], integer[], integer)
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0018_mentions")]

    operations = [migrations.RunSQL([DROP, AMONG, MESSAGES, CONTACTS])]
