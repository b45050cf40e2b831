/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another passphrase for the private keys in records that are not understood: they would be lost
 * with the old one. */
#include "base/text.h"
#include "codec/cms-parts.h"
#include "pki/der.h"

/* What is done to the records of a database. */
struct rekey {
	struct kdb *db;
	struct pw *old;
	struct pw *pw;
	struct err *err;
};

/* Whether something that looks like an encrypted private key stands anywhere in it: what it stands
 * in may be anything. */
static bool
has_key(struct span in)
{
	struct tlv tlv;

	for (size_t i = 0; i < in.size; i++) {
		struct span rest = span_part(in, i, SIZE_MAX);

		if (rest.data[0] == DER_SEQUENCE && !der_next(&rest, &tlv) && pbe_is_key(tlv.whole))
			return true;
	}
	return false;
}

static enum rc
refuse(const struct rekey *k, const struct cms_slot *slot)
{
	(void)err_set(k->err, RC_POLICY,
		      "record %u, '%s', is not understood and seems to hold a private key, which "
		      "would be lost: it cannot be put under the new passphrase",
		      slot->number, ESC_SPAN(slot->label));
	return err_hint(k->err, "'kyman db convert --allow-loss' makes a database without it");
}

/* Encrypts the key of a record anew, into *epki. */
static enum rc
encrypt(const struct rekey *k, const struct cms_slot *slot, struct span key, struct buf *epki)
{
	struct err words = ERR_INIT;
	struct secret *pkcs8 = NULL;
	enum rc rc = pbe_open_key(&pkcs8, k->old, key, &words);

	if (!rc) {
		rc = pbe_shroud_as(epki, k->pw, k->db->shroud, pkcs8);
	} else if (rc != RC_NO_MEMORY) {
		rc = err_set(k->err, RC_DAMAGED,
			     "the key of record %u, '%s', does not open with the old passphrase: "
			     "%s",
			     slot->number, ESC_SPAN(slot->label),
			     words.message[0] ? words.message : rc_text(rc));
	}
	secret_free(&pkcs8);
	return rc;
}

/* The same record with another key. */
static enum rc
change(const struct rekey *k, struct extra *x, const struct cms_slot *slot,
       struct cms_record *record)
{
	struct buf bytes = BUF_INIT;
	struct buf epki = BUF_INIT;
	struct piece changed;
	size_t need = 0;
	enum rc rc = encrypt(k, slot, record->key, &epki);

	record->key = buf_span(&epki);
	if (!rc)
		rc = cms_put_slot(&bytes, slot, record, slot->whole.size, &need);
	if (rc == RC_LIMIT) {
		(void)err_set(k->err, rc,
			      "record %u, '%s', takes %zu bytes with its key under the new "
			      "passphrase, the record length is %zu",
			      slot->number, ESC_SPAN(slot->label), need, slot->whole.size);
		(void)err_hint(k->err, "'kyman db record-length' makes records longer");
	}
	if (!rc)
		rc = piece_take(&changed, &bytes);
	if (!rc) {
		piece_release(&x->changed);
		x->changed = changed;
	}
	buf_release(&bytes);
	buf_release(&epki);
	return rc;
}

enum rc
cms_rekey(struct kdb *db, struct pw *old, struct pw *pw, struct err *err)
{
	const struct rekey k = { .db = db, .old = old, .pw = pw, .err = err };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < db->extra_count && !rc; i++) {
		struct extra *x = &db->extras[i];
		struct cms_record record;
		struct cms_slot slot;

		if (x->kind == CMS_EXTRA_REQUESTS_HEAD)
			continue;
		rc = cms_slot_read(&slot, x->changed.span.size ? x->changed.span : x->whole.span);
		if (rc)
			break;
		if (!cms_record_read(&record, slot.record)) {
			if (record.key.size)
				rc = change(&k, x, &slot, &record);
		} else if (has_key(slot.whole)) {
			rc = refuse(&k, &slot);
		}
	}
	return err_default(err, rc);
}
