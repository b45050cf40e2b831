/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a CMS database has room for a record, before it is written. */
#include "base/text.h"
#include "codec/cms-parts.h"
#include "pki/der.h"

enum rc
cms_too_long(struct span label, size_t need, uint32_t slot_size, struct err *err)
{
	(void)err_set(err, RC_LIMIT, "the record of '%s' takes %zu bytes, the record length is %u",
		      ESC_SPAN(label), need, slot_size);
	(void)err_hint(err, "'kyman db record-length' makes records longer");
	return RC_LIMIT;
}

enum rc
cms_check_expiry(const struct kdb *db, struct err *err)
{
	/* Four bytes of seconds since 1970. */
	if (db->expires <= UINT32_MAX)
		return RC_OK;
	return err_set(err, RC_POLICY,
		       "a CMS database cannot say that its passphrase expires after 2106-02-07");
}

/* The longest record that a save may give it: requests keep the length of their file. */
static uint32_t
room_for(const struct kdb *db, bool is_request)
{
	uint64_t room = db->record_length ? db->record_length : CMS_SLOT_USUAL;
	struct cms_file old;

	for (size_t i = 0; is_request && i < db->extra_count; i++) {
		const struct extra *x = &db->extras[i];

		if (x->kind == CMS_EXTRA_REQUESTS_HEAD &&
		    !cms_file_read(&old, blob_span(x->whole.home), NULL) && old.slot_size > room)
			room = old.slot_size;
	}
	return room > CMS_SLOT_MAX ? CMS_SLOT_MAX : (uint32_t)room;
}

/* As the shortest record that says it; one that was read may say more, which is its save's. */
static enum rc
check_record(const struct kdb *db, const struct entry *e, const struct request *r, struct err *err)
{
	static const enum cms_what kinds[] = {
		[ENTRY_KEY] = CMS_KEY,
		[ENTRY_CERT] = CMS_CERT,
		[ENTRY_SECRET] = CMS_SECRET,
	};
	struct cms_slot slot = { .type = CMS_RECORD_TYPE, .number = 1 };
	struct cms_record record = { .label_tag = DER_VISIBLE_STRING };
	uint32_t room = room_for(db, r != NULL);
	struct buf bytes = BUF_INIT;
	struct buf id = BUF_INIT;
	size_t need = 0;
	enum rc rc;

	der_put_number(&id, slot.number);
	record.id = buf_span(&id);
	record.what = r ? CMS_REQUEST : kinds[e->kind];
	record.cert = r ? r->csr.span : e->cert.span;
	record.key = r ? r->key.span : e->key.span;
	record.label = r ? r->label.span : e->label.span;
	slot.label = record.label;
	cms_set_flags(&record, true, false);
	rc = buf_rc(&id);
	if (!rc)
		rc = cms_put_slot(&bytes, &slot, &record, room, &need);
	buf_release(&bytes);
	buf_release(&id);
	if (rc == RC_LIMIT)
		return cms_too_long(record.label, need, room, err);
	/* What cannot be read has its words in the save. */
	return rc == RC_NO_MEMORY ? err_default(err, rc) : RC_OK;
}

enum rc
cms_fits(const struct kdb *db, const struct entry *e, const struct request *r, struct err *err)
{
	return e || r ? check_record(db, e, r, err) : cms_check_expiry(db, err);
}
