"""The two statements of posting."""

# Every look-up below is lateral and by one key: the plan is made once, when tables may still be empty, and must not
# become a scan of a tenant's messages later. `tenant_id + 0` keeps the planner from the index on the tenant alone.
# `LOCK` holds the rows, so `POST` may find them again by their place (ctid). Times are the statement's: those of the
# transaction lie before the wait for the lock.
LOCK = """
select id from conversations_conversation
where tenant_id + 0 = %(tenant)s and public_id = any(%(conversations)s)
order by id for no key update
"""

# What a frame shows of a conversation, after the batch.
CONVERSATION = """
  c.id, c.customer_id, c.channel_id, c.service_account_id, c.agent_id, c.state, c.end_reason, c.opened_at, c.queued_at,
  c.assigned_at, c.ended_at, c.waiting_since, c.last_seq, c.last_event_seq, c.last_visitor_event_seq, c.last_author,
  c.last_author_id, c.last_kind, c.last_text, c.last_note, c.note_text, c.last_message_at, c.customer_wrote_at,
  c.unread, c.handed_by, c.customer_delivered, c.customer_read, c.agent_delivered, c.agent_read
"""

POST = f"""
with input as (
  select *, coalesce(%(at)s::timestamptz, statement_timestamp()) as at from rows from (
    json_to_recordset(%(drafts)s::json) as (
      conversation text, client_id uuid, author_kind text, author_id bigint, author_name text, kind text, text text,
      file text, content jsonb, note boolean, overseer boolean
    )
  ) with ordinality as t (
    conversation, client_id, author_kind, author_id, author_name, kind, text, file, content, note, overseer, ord
  )
), judged as materialized (
  select i.*, c.id as conversation_id, c.place, c.last_seq, c.last_event_seq, c.last_visitor_event_seq,
    f.id as attachment_id, stored.seq as stored_seq,
    case
      when c.id is null or (i.author_kind = 'customer' and c.customer_id <> i.author_id) then 'not_found'
      when stored.id is not null
        then case when stored.author_kind <> i.author_kind or stored.author_id is distinct from i.author_id
          then 'not_found' end
      when c.state = 'ended' then 'ended'
      when i.author_kind = 'agent' and c.agent_id is distinct from i.author_id and not (i.note and i.overseer)
        then 'not_yours'
      when i.file is not null and f.id is null then 'file_refused'
    end as refusal
  from input i
  left join lateral (
    select ctid as place, * from conversations_conversation
    where tenant_id + 0 = %(tenant)s and public_id = i.conversation limit 1
  ) c on true
  left join lateral (
    select id, seq, author_kind, author_id from conversations_message
    where tenant_id + 0 = %(tenant)s and conversation_id = c.id and client_id = i.client_id limit 1
  ) stored on true
  left join lateral (
    select id from conversations_attachment
    where i.file is not null and tenant_id + 0 = %(tenant)s and public_id = i.file and owner_kind = i.author_kind
      and owner_id = i.author_id and kind = i.kind limit 1
  ) f on true
), attempted as (
  select *,
    refusal is null and stored_seq is null
      and row_number() over (partition by conversation_id, client_id order by ord) = 1 as fresh
  from judged
), numbered as materialized (
  select *,
    case when fresh then last_seq + count(*) filter (where fresh) over by_conversation end as fresh_seq,
    case when fresh then last_event_seq + count(*) filter (where fresh) over by_conversation end as event_seq,
    case when fresh and not note
      then last_visitor_event_seq + count(*) filter (where fresh and not note) over by_conversation
    end as visitor_event_seq
  from attempted
  window by_conversation as (partition by conversation_id order by ord rows unbounded preceding)
), inserted as (
  insert into conversations_message
    (tenant_id, conversation_id, seq, client_id, author_kind, author_id, author_name, kind, text, attachment_id,
      content, note, created_at)
  select %(tenant)s, conversation_id, fresh_seq, client_id, author_kind, author_id, author_name, kind, text,
    attachment_id, content, note, at
  from numbered where fresh order by ord
), summed as materialized (
  select conversation_id, (array_agg(place))[1] as place, max(at) as at, max(fresh_seq) as seq,
    max(event_seq) as event_seq, max(visitor_event_seq) as visitor_event_seq,
    count(*) filter (where author_kind = 'customer') as from_customer,
    coalesce(bool_or(author_kind = 'agent' and not note), false) as answered,
    min(ord) filter (where author_kind = 'customer') as first_asked,
    max(ord) filter (where author_kind = 'customer') as last_asked,
    max(ord) filter (where author_kind = 'agent' and not note) as last_answered,
    max(fresh_seq) filter (where author_kind = 'customer') as customer_seq,
    max(fresh_seq) filter (where author_kind = 'agent') as agent_seq,
    (array_agg(author_kind order by ord desc) filter (where not note))[1] as newest_author,
    (array_agg(author_id order by ord desc) filter (where not note))[1] as newest_author_id,
    (array_agg(kind order by ord desc) filter (where not note))[1] as newest_kind,
    (array_agg(left(text, 80) order by ord desc) filter (where not note))[1] as newest_text,
    (array_agg(case when note then left(text, 80) end order by ord desc))[1] as newest_note
  from numbered where fresh group by conversation_id
), summarised as (
  update conversations_conversation c set
    last_seq = s.seq,
    last_event_seq = s.event_seq,
    last_visitor_event_seq = coalesce(s.visitor_event_seq, c.last_visitor_event_seq),
    last_message_at = s.at,
    last_author = coalesce(s.newest_author, c.last_author),
    last_author_id = case when s.newest_author is null then c.last_author_id else s.newest_author_id end,
    last_kind = coalesce(s.newest_kind, c.last_kind),
    last_text = coalesce(s.newest_text, c.last_text),
    last_note = s.newest_note is not null,
    note_text = coalesce(s.newest_note, ''),
    customer_wrote_at = case when s.last_asked is null then c.customer_wrote_at else s.at end,
    unread = case when s.answered and s.last_answered > coalesce(s.last_asked, 0) then 0
      when s.answered then s.from_customer else c.unread + s.from_customer end,
    handed_by = case when s.answered then '' else c.handed_by end,
    customer_read = greatest(c.customer_read, s.customer_seq),
    customer_delivered = greatest(c.customer_delivered, s.customer_seq),
    agent_delivered = greatest(c.agent_delivered, s.agent_seq),
    asked_at = coalesce(c.asked_at, case when s.first_asked is not null then s.at end),
    first_response_by_id = case
      when c.first_response_at is null and s.answered and (c.asked_at is not null or s.first_asked < s.last_answered)
        then c.agent_id
      else c.first_response_by_id
    end,
    first_response_at = coalesce(c.first_response_at, case
      when s.answered and (c.asked_at is not null or s.first_asked < s.last_answered) then s.at
    end),
    waiting_since = case
      when s.last_asked is null and s.answered then null
      when s.last_asked is null then c.waiting_since
      when s.last_answered > s.last_asked then null
      when s.answered then s.at
      else coalesce(c.waiting_since, s.at)
    end
  from summed s
  where c.ctid = s.place
  returning {CONVERSATION}
), logged as (
  insert into core_event
    (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data, at)
  select %(tenant)s, case when note then 'note.posted' else 'message.posted' end, conversation_id, event_seq,
    visitor_event_seq, author_kind, author_id, jsonb_build_object('n', fresh_seq), at
  from numbered where fresh order by ord
), now as materialized (
  select * from summarised
  union all
  select c.* from (
    select conversation_id from numbered
    where conversation_id is not null
    group by conversation_id having not bool_or(fresh)
  ) untouched cross join lateral (
    select {CONVERSATION} from conversations_conversation c
    where tenant_id + 0 = %(tenant)s and id = untouched.conversation_id limit 1
  ) c
), named as materialized (
  select c.id, customer.*, channel.*, account.*, agent.*
  from (select id, customer_id, channel_id, service_account_id, agent_id from now) c
  left join lateral (
    select public_id as customer, coalesce(nullif(remark, ''), name) as customer_name from customers_customer
    where tenant_id + 0 = %(tenant)s and id = c.customer_id limit 1
  ) customer on true
  left join lateral (
    select public_id as channel, name as channel_name, kind as channel_kind from channels_app_channel
    where tenant_id + 0 = %(tenant)s and id = c.channel_id limit 1
  ) channel on true
  left join lateral (
    select name as face, avatar, show_agent_name from channels_app_serviceaccount
    where tenant_id + 0 = %(tenant)s and id = c.service_account_id limit 1
  ) account on true
  left join lateral (
    select public_id as agent, nickname as agent_name, seen_at as agent_seen_at from accounts_agent
    where tenant_id + 0 = %(tenant)s and id = c.agent_id limit 1
  ) agent on true
), posted as (
  select j.ord, j.refusal, j.conversation, j.conversation_id, j.event_seq, j.visitor_event_seq, j.client_id,
    j.author_kind, j.author_id,
    coalesce(j.fresh_seq, j.stored_seq, (
      select max(fresh_seq) from numbered same
      where same.conversation_id = j.conversation_id and same.client_id = j.client_id
    )) as n,
    coalesce(stored.author_name, j.author_name) as author_name,
    coalesce(stored.kind, j.kind) as kind,
    coalesce(stored.text, j.text) as text,
    coalesce(stored.content, j.content)::text as content,
    coalesce(stored.note, j.note) as note,
    coalesce(stored.created_at, j.at) as created_at,
    stored.recalled_at,
    file.*
  from numbered j
  left join lateral (
    select * from conversations_message
    where j.stored_seq is not null and tenant_id + 0 = %(tenant)s and conversation_id = j.conversation_id
      and seq = j.stored_seq limit 1
  ) stored on true
  left join lateral (
    select public_id as file_id, name as file_name, size as file_size, media_type as file_type, width as file_width,
      height as file_height
    from conversations_attachment
    where coalesce(stored.attachment_id, j.attachment_id) is not null and tenant_id + 0 = %(tenant)s
      and id = coalesce(stored.attachment_id, j.attachment_id) limit 1
  ) file on true
)
select posted.*, named.*, now.*, %(tenant)s as tenant_id,
  case when author_kind = 'agent' then case when author_id = agent_id then agent else (
    select public_id from accounts_agent where tenant_id + 0 = %(tenant)s and id = posted.author_id limit 1
  ) end end as author,
  case when last_author = 'agent' then case when last_author_id = agent_id then agent else (
    select public_id from accounts_agent where tenant_id + 0 = %(tenant)s and id = now.last_author_id limit 1
  ) end end as last_author_agent
from posted
left join now on now.id = posted.conversation_id
left join named on named.id = posted.conversation_id
"""  # noqa: S608 – our names
