/**
 * The features of the desk in the order of their installation: what a feature uses at once stands before it. Of two
 * that listen to the same, the first is told first; regions of the page are walked through in this order.
 */
import { install as preferences } from "./frame/preferences.js";
import { install as when } from "./state/when.js";
import { install as over } from "./frame/over.js";
import { install as later } from "./frame/later.js";
import { install as looks } from "./frame/looks.js";
import { install as clipboard } from "./frame/clipboard.js";
import { install as drafts } from "./state/drafts.js";
import { install as tabs } from "./frame/tabs.js";
import { install as session } from "./session.js";
import { install as outbox } from "./outbox.js";
import { install as transcripts } from "./state/transcripts.js";
import { install as receipts } from "./state/receipts.js";
import { install as typists } from "./state/typists.js";
import { install as presence } from "./state/presence.js";
import { install as team } from "./state/team.js";
import { install as absence } from "./frame/absence.js";
import { install as endings } from "./conversation/ending.js";
import { install as title } from "./alerts/title.js";
import { install as sound } from "./alerts/sound.js";
import { install as columns } from "./frame/columns.js";
import { install as status } from "./frame/status.js";
import { install as layers } from "./frame/layers.js";
import { install as stars } from "./state/stars.js";
import { install as tagged } from "./state/tags.js";
import { install as rows } from "./lists/row.js";
import { install as list } from "./lists/list.js";
import { install as filters } from "./lists/filters.js";
import { install as batch } from "./lists/batch.js";
import { install as unread } from "./lists/unread.js";
import { install as rowMenu } from "./lists/row_menu.js";
import { install as notEnded } from "./conversation/not_ended.js";
import { install as contacts } from "./lists/contacts.js";
import { install as colleagues } from "./lists/colleagues.js";
import { install as accepting } from "./lists/accepting.js";
import { install as discards } from "./lists/discards.js";
import { install as queueFilter } from "./lists/queue_filter.js";
import { install as queue } from "./lists/queue.js";
import { install as pane } from "./conversation/pane.js";
import { install as pictures } from "./conversation/pictures.js";
import { install as again } from "./conversation/again.js";
import { install as waiting } from "./conversation/waiting.js";
import { install as reply } from "./conversation/reply.js";
import { install as mention } from "./conversation/mention.js";
import { install as tools } from "./conversation/tools.js";
import { install as transfer } from "./conversation/transfer.js";
import { install as more } from "./conversation/more.js";
import { install as customer } from "./customer/panel.js";
import { install as toolPanels } from "./customer/tools.js";
import { install as numbers } from "./customer/numbers.js";
import { install as here } from "./customer/here.js";
import { install as fields } from "./customer/fields.js";
import { install as reveal } from "./customer/reveal.js";
import { install as tags } from "./customer/tags.js";
import { install as navigation } from "./frame/navigation.js";
import { install as search } from "./search/search.js";
import { install as late } from "./late.js";
import { install as alerts } from "./alerts/alerts.js";
import { install as mentions } from "./alerts/mentions.js";
import { install as repeat } from "./alerts/repeat.js";
import { install as account } from "./frame/account.js";
import { install as shortcuts } from "./frame/shortcuts.js";

const OWN = [later, preferences, when, clipboard, drafts, tabs];
const STATE = [session, outbox, transcripts, receipts, typists, presence, team, absence, endings];
const CONVERSATION = [pane, waiting, again, tools, pictures, reply, mention, transfer, more];
const CUSTOMER = [customer, here, fields, reveal, tags, numbers, toolPanels];
const LISTS = [stars, tagged, filters, rows, list, batch, contacts];
const SEVERAL = [unread, rowMenu, notEnded, over, colleagues, columns];
const QUEUE = [accepting, discards, queueFilter, queue];
const PAGE = [title, sound, status, layers, ...LISTS, ...QUEUE, ...CONVERSATION, ...CUSTOMER, navigation, late];

export const FEATURES = [
  ...OWN,
  ...STATE,
  ...PAGE,
  ...SEVERAL,
  looks,
  search,
  alerts,
  mentions,
  repeat,
  account,
  shortcuts,
];
