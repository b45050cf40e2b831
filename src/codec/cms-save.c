/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a CMS database: slots that did not change as they were, the others as IBM lays them out.
 */
#include "base/env.h"
#include "base/text.h"
#include "codec/cms-parts.h"
#include "model/select.h"
#include "pki/cert.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

/* What goes into one slot: an entry, a request or what is not understood. */
struct item {
	const struct entry *entry;
	const struct request *request;
	const struct piece *changed; /* in the place of what is not understood; NULL: that itself */
	struct span old;             /* the slot that it had; empty for what is new */
	uint32_t number;
	size_t place; /* among those without a slot */
};

/* A file that is being written. */
struct writer {
	const struct kdb *db;
	struct span pass;
	struct err *err;
	struct cms_head head;
	struct blob *home; /* of the slots that were read */
	struct item *items;
	size_t count;
	bool strays; /* flags of a default that is none may stay where they are */
	struct pieces body;
	struct cms_seal seal;
};

/* 23 bytes that are not zero, and one that is: as z/OS and GSKit make them. */
static enum rc
make_salt(unsigned char salt[CMS_SALT_SIZE])
{
	enum rc rc = RC_OK;

	salt[CMS_SALT_SIZE - 1] = 0;
	for (size_t i = 0; i + 1 < CMS_SALT_SIZE && !rc; i++) {
		do {
			rc = env_random(&salt[i], 1);
		} while (!rc && !salt[i]);
	}
	return rc;
}

/* --- What is written, in which order */

/* What is new comes last. */
static int
order_items(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;

	if (x->old.size && y->old.size && x->old.data != y->old.data)
		return x->old.data < y->old.data ? -1 : 1;
	if (!x->old.size != !y->old.size)
		return x->old.size ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* native is the slot of this file. */
static struct span
own_slot(const struct writer *w, const struct piece *native)
{
	return w->home && native->home == w->home ? native->span : SPAN_NONE;
}

static void
add_item(struct writer *w, struct item item)
{
	item.place = w->count;
	w->items[w->count++] = item;
}

static void
collect_entries(struct writer *w)
{
	const struct kdb *db = w->db;

	for (size_t i = 0; i < db->count; i++)
		add_item(w, (struct item){ .entry = db->entries[i],
					   .old = own_slot(w, &db->entries[i]->native) });
}

static void
collect_requests(struct writer *w)
{
	const struct kdb *db = w->db;

	for (size_t i = 0; i < db->request_count; i++)
		add_item(w, (struct item){ .request = db->requests[i],
					   .old = own_slot(w, &db->requests[i]->key_native) });
}

static void
collect_extras(struct writer *w)
{
	unsigned kind = w->head.is_requests ? CMS_EXTRA_REQUEST_SLOT : CMS_EXTRA_SLOT;
	const struct kdb *db = w->db;

	for (size_t i = 0; i < db->extra_count; i++) {
		const struct extra *x = &db->extras[i];
		struct item item = { .old = own_slot(w, &x->whole) };

		if (x->changed.span.size)
			item.changed = &x->changed;
		if (x->kind == kind)
			add_item(w, item);
	}
}

/* Those that have one keep their number; others get the next. */
static enum rc
number_items(struct writer *w)
{
	struct cms_slot slot;
	uint64_t last = 0;

	for (size_t i = 0; i < w->count; i++) {
		/* Of a copy under another label the slot stays with the first. */
		if (i && w->items[i].old.size && w->items[i].old.data == w->items[i - 1].old.data)
			w->items[i].old = SPAN_NONE;
		if (!w->items[i].old.size || cms_slot_read(&slot, w->items[i].old))
			continue;
		w->items[i].number = slot.number;
		last = slot.number > last ? slot.number : last;
	}
	for (size_t i = 0; i < w->count; i++) {
		if (w->items[i].old.size)
			continue;
		if (++last > UINT32_MAX)
			return err_set(w->err, RC_LIMIT, "its record numbers are used up");
		w->items[i].number = (uint32_t)last;
	}
	return RC_OK;
}

/* Whether the first of the records that claim to be the default is it. */
static bool
default_stays(const struct writer *w)
{
	struct cms_record record;
	struct cms_slot slot;

	for (size_t i = 0; i < w->count; i++) {
		if (!w->items[i].entry || !w->items[i].old.size ||
		    cms_slot_read(&slot, w->items[i].old) ||
		    cms_record_read(&record, slot.record) || record.what != CMS_KEY)
			continue;
		if (cms_is_default(&record))
			return w->items[i].entry == w->db->default_entry;
	}
	return false;
}

static enum rc
collect(struct writer *w)
{
	const struct kdb *db = w->db;

	w->items = calloc(db->count + db->request_count + db->extra_count + 1, sizeof(*w->items));
	if (!w->items)
		return RC_NO_MEMORY;
	if (w->head.is_requests)
		collect_requests(w);
	else
		collect_entries(w);
	collect_extras(w);
	qsort(w->items, w->count, sizeof(*w->items), order_items);
	w->strays = default_stays(w);
	return number_items(w);
}

/* --- One slot */

/* What a record is to say. Borrowed. */
struct says {
	enum cms_what what;
	struct span label;
	struct span cert;
	struct span key;
	bool trusted;
	bool is_default;
};

static struct says
says_of(const struct writer *w, const struct item *item)
{
	static const enum cms_what kinds[] = {
		[ENTRY_KEY] = CMS_KEY,
		[ENTRY_CERT] = CMS_CERT,
		[ENTRY_SECRET] = CMS_SECRET,
	};
	const struct request *r = item->request;
	const struct entry *e = item->entry;

	if (r)
		return (struct says){ CMS_REQUEST, r->label.span, r->csr.span,
				      r->key.span, true,          false };
	return (struct says){
		.what = kinds[e->kind],
		.label = e->label.span,
		.cert = e->cert.span,
		.key = e->key.span,
		.trusted = e->flags & ENTRY_TRUSTED,
		.is_default = e == w->db->default_entry,
	};
}

/* Of flags that the model does not have for it, those of the file stay. */
static void
keep_flags(struct says *says, const struct cms_record *old)
{
	if (says->what == CMS_REQUEST)
		says->trusted = cms_is_trusted(old);
	if (says->what != CMS_KEY)
		says->is_default = cms_is_default(old);
}

static bool
is_unchanged(const struct writer *w, const struct says *says, const struct cms_record *old,
	     bool same_label)
{
	bool stray = w->strays && !says->is_default && cms_is_default(old);

	return same_label && says->what == old->what && span_equal(says->cert, old->cert) &&
	       span_equal(says->key, old->key) && says->trusted == cms_is_trusted(old) &&
	       (says->is_default == cms_is_default(old) || stray);
}

/* Adds a slot that is done. */
static enum rc
put_slot(struct writer *w, const struct piece *slot)
{
	enum rc rc = cms_seal_slots(&w->seal, slot->span);

	return rc ? rc : pieces_add(&w->body, slot);
}

static enum rc
take_slot(struct writer *w, struct buf *bytes)
{
	struct piece slot;
	enum rc rc = piece_take(&slot, bytes);

	if (!rc)
		rc = put_slot(w, &slot);
	piece_release(&slot);
	return rc;
}

static enum rc
too_long(const struct writer *w, struct span label, size_t need)
{
	return cms_too_long(label, need, w->head.slot_size, w->err);
}

/* As it was, in a slot of the length that is wanted now. home is where it lies. */
static enum rc
copy_slot(struct writer *w, const struct cms_slot *old, struct blob *home)
{
	const struct piece whole = { old->whole, home };
	struct buf bytes = BUF_INIT;
	unsigned char *zeros;
	size_t used;

	if (old->whole.size == w->head.slot_size)
		return put_slot(w, &whole);
	used = old->whole.size - old->rest.size + cms_rest(old).size;
	if (used > w->head.slot_size)
		return too_long(w, old->label, used);
	buf_put(&bytes, span_part(old->whole, 0, used));
	zeros = buf_extend(&bytes, w->head.slot_size - used);
	if (zeros)
		memset(zeros, 0, w->head.slot_size - used);
	return take_slot(w, &bytes);
}

/* z/OS names the record of the issuer, a self-signed certificate's own; the others name none. */
static uint32_t
issuer_number(const struct writer *w, const struct item *item)
{
	const struct entry *issuer;
	struct cert c;

	if (w->head.version != 3 || !item->entry || item->entry->kind == ENTRY_SECRET ||
	    cert_parse(&c, item->entry->cert.span, NULL))
		return 0;
	if (cert_seems_self_signed(&c))
		return item->number;
	issuer = select_issuer(w->db, &c);
	for (size_t i = 0; i < w->count && issuer; i++) {
		if (w->items[i].entry == issuer)
			return w->items[i].number;
	}
	return 0;
}

static bool
is_ascii(struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] > 0x7f)
			return false;
	}
	return true;
}

/* Fills in what says wants to be different from what is there. */
static void
change(struct writer *w, const struct item *item, const struct says *says, struct cms_slot *slot,
       struct cms_record *record)
{
	if (!span_equal(record->cert, says->cert))
		slot->issuer = issuer_number(w, item);
	record->what = says->what;
	record->cert = says->cert;
	record->key = says->key;
	slot->label = says->label;
	if (!is_ascii(says->label))
		record->label_tag = DER_UTF8_STRING;
	record->label = says->label;
	cms_set_flags(record, says->trusted, says->is_default);
}

/* The label in the file's bytes, where it is the same. */
static enum rc
compare_label(struct says *says, bool *same, const struct cms_slot *slot,
	      const struct cms_record *record, struct blob *home)
{
	struct piece label;
	enum rc rc = cms_label(&label, slot, record, home);

	if (rc)
		return rc;
	*same = span_equal(label.span, says->label);
	/* Converted ones are not of the file. */
	if (*same && label.home == home)
		says->label = label.span;
	else if (*same && slot->label.size)
		says->label = slot->label;
	piece_release(&label);
	return RC_OK;
}

/* Writes what the item says into a slot: one that was there before, or a new one. */
static enum rc
write_slot(struct writer *w, const struct item *item, const struct says *says,
	   struct cms_slot *slot, struct cms_record *record)
{
	struct buf bytes = BUF_INIT;
	struct buf id = BUF_INIT;
	size_t need = 0;
	enum rc rc;

	if (!item->old.size) {
		der_put_number(&id, item->number);
		record->id = buf_span(&id);
	}
	change(w, item, says, slot, record);
	rc = buf_rc(&id);
	if (!rc)
		rc = cms_put_slot(&bytes, slot, record, w->head.slot_size, &need);
	if (rc == RC_LIMIT) {
		rc = too_long(w, says->label, need);
	} else if (rc == RC_DAMAGED) {
		rc = err_set(w->err, rc, "the certificate of '%s' cannot be read",
			     ESC_SPAN(says->label));
	}
	if (!rc)
		rc = take_slot(w, &bytes);
	buf_release(&bytes);
	buf_release(&id);
	return rc;
}

/* slot is what it was. */
static enum rc
write_extra(struct writer *w, const struct item *item, struct cms_slot *slot)
{
	enum rc rc = RC_OK;

	if (!item->changed)
		return copy_slot(w, slot, w->home);
	rc = cms_slot_read(slot, item->changed->span);
	return rc ? rc : copy_slot(w, slot, item->changed->home);
}

static enum rc
write_item(struct writer *w, const struct item *item)
{
	struct cms_slot slot = { .type = CMS_RECORD_TYPE, .number = item->number };
	struct cms_record record = { .label_tag = DER_VISIBLE_STRING };
	struct says says;
	bool same_label = false;
	enum rc rc = RC_OK;

	if (item->old.size)
		rc = cms_slot_read(&slot, item->old);
	if (rc)
		return rc;
	if (!item->entry && !item->request)
		return write_extra(w, item, &slot);
	says = says_of(w, item);
	if (item->old.size) {
		rc = cms_record_read(&record, slot.record);
		if (!rc)
			rc = compare_label(&says, &same_label, &slot, &record, w->home);
		if (rc)
			return rc;
		keep_flags(&says, &record);
		if (is_unchanged(w, &says, &record, same_label))
			return copy_slot(w, &slot, w->home);
	}
	return write_slot(w, item, &says, &slot, &record);
}

/* --- The file */

static enum rc
write_items(struct writer *w, struct buf *head)
{
	unsigned char check[CMS_CHECK_MAX] = { 0 };
	size_t size = cms_check_size(w->head.version);
	struct span bytes;
	enum rc rc;

	cms_put_head(head, &w->head);
	rc = buf_rc(head);
	if (!rc)
		rc = cms_check_head(check, w->head.version, buf_span(head), w->pass);
	buf_put(head, SPAN_OF(check, size));
	if (!rc)
		rc = buf_rc(head);
	if (rc)
		return rc;
	bytes = buf_span(head);
	rc = cms_seal_start(&w->seal, w->head.version, w->head.slot_size,
			    span_part(bytes, 0, CMS_HEAD_SIZE),
			    span_part(bytes, CMS_HEAD_SIZE, size));
	for (size_t i = 0; i < w->count && !rc; i++)
		rc = write_item(w, &w->items[i]);
	cms_seal_end(&w->seal, check);
	buf_put(head, SPAN_OF(check, size));
	return rc ? rc : buf_rc(head);
}

/* Writes one part; w->head was filled in but for its count. */
static enum rc
write_part(struct writer *w, struct pieces *out)
{
	struct buf head = BUF_INIT;
	enum rc rc = collect(w);

	w->head.count = (uint32_t)w->count;
	w->seal.pass = w->pass;
	if (!rc)
		rc = write_items(w, &head);
	if (!rc)
		rc = pieces_take(out, &head);
	if (!rc)
		rc = pieces_move(out, &w->body);
	buf_release(&head);
	pieces_release(&w->body);
	free(w->items);
	w->items = NULL;
	w->count = 0;
	return rc;
}

static enum rc
write_keys(struct writer *w, struct pieces *out)
{
	const struct kdb *db = w->db;
	unsigned char salt[CMS_SALT_SIZE];
	uint64_t size = db->record_length ? db->record_length : CMS_SLOT_USUAL;
	enum rc rc = RC_OK;

	if (size < CMS_SLOT_MIN || size > CMS_SLOT_MAX)
		return err_set(w->err, RC_LIMIT, "a record length is %d to %d", CMS_SLOT_MIN,
			       CMS_SLOT_MAX);
	if (db->mac_salt_size == CMS_SALT_SIZE)
		memcpy(salt, db->mac_salt, CMS_SALT_SIZE);
	else
		rc = make_salt(salt);
	if (rc)
		return rc;
	w->home = db->meta_rest.home;
	w->head = (struct cms_head){
		.version = db->version,
		.expires = db->expires,
		.slot_size = (uint32_t)size,
		.salt = SPAN_OF(salt, CMS_SALT_SIZE),
		.old = db->meta_rest.span,
	};
	return write_part(w, out);
}

/* The head of the .rdb that was read; NULL when there was none. */
static const struct piece *
requests_head(const struct kdb *db)
{
	for (size_t i = 0; i < db->extra_count; i++) {
		if (db->extras[i].kind == CMS_EXTRA_REQUESTS_HEAD)
			return &db->extras[i].whole;
	}
	return NULL;
}

/* Records are as long as they were, unless those of the keys have another length now. */
static uint32_t
requests_slot(const struct writer *w, const struct cms_file *old)
{
	struct cms_file keys;

	if (!cms_file_read(&keys, blob_span(w->db->meta_rest.home), NULL) &&
	    keys.slot_size == w->head.slot_size)
		return old->slot_size;
	return w->head.slot_size;
}

/* A passphrase that is new brings a new salt and its own end. */
static enum rc
write_requests(struct writer *w, struct pieces *out)
{
	const struct piece *head = requests_head(w->db);
	bool same_pass = w->db->mac_salt_size == CMS_SALT_SIZE;
	unsigned char salt[CMS_SALT_SIZE];
	struct cms_file old;
	enum rc rc = RC_OK;

	if (!head && !w->db->request_count && !w->db->all_parts)
		return RC_OK;
	w->head.is_requests = true;
	w->head.old = SPAN_NONE;
	w->home = head ? head->home : NULL;
	if (head)
		rc = cms_file_read(&old, blob_span(head->home), NULL);
	if (!rc)
		rc = make_salt(salt);
	if (rc)
		return rc;
	w->head.salt = SPAN_OF(salt, CMS_SALT_SIZE);
	if (head) {
		w->head.version = old.version;
		w->head.slot_size = requests_slot(w, &old);
		w->head.old = old.head;
	}
	if (head && same_pass) {
		w->head.expires = old.expires;
		memcpy(salt, old.head.data + CMS_HEAD_SIZE - CMS_SALT_SIZE, CMS_SALT_SIZE);
	}
	return write_part(w, out);
}

enum rc
cms_save(const struct kdb *db, struct pieces out[CODEC_PARTS], struct pw *pw,
	 const struct notes *notes, struct err *err)
{
	struct writer w = { .db = db, .err = err };
	enum rc rc = codec_may_save(db, pw, err);

	if (!rc)
		rc = cms_check_contents(db, notes, err);
	if (rc)
		return rc;
	w.pass = secret_span(pw_secret(pw));
	rc = write_keys(&w, &out[0]);
	if (!rc)
		rc = write_requests(&w, &out[1]);
	return rc ? err_default(err, rc) : RC_OK;
}
