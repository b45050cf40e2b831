/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db convert: the same entries in a database of another type. */
#include "base/text.h"
#include "codec/cms.h"
#include "op/db-parts.h"
#include "op/ops.h"

/* A CMS database has four bytes for when its passphrase expires: 2106. */
static const int64_t cms_latest = UINT32_MAX;

/* err says what would be lost. */
static enum rc
lose(struct op_call *c, struct err *err)
{
	if (!c->args->given[P_ALLOW_LOSS])
		return err_hint(err, "--allow-loss goes on without it");
	warnings_add(&c->result->warnings, "lost", "%s", err->message);
	err_clear(err);
	return RC_OK;
}

static enum rc
no_open(struct span label, enum rc rc, struct err *err)
{
	/* Of another certificate's key the words are there. */
	if (rc == RC_NO_MEMORY || rc == RC_MISMATCH)
		return err_default(err, rc);
	(void)err_default(err, rc);
	return err_prefix(err, "the key of '%s' cannot be opened", ESC_SPAN(label));
}

/* Attributes that other programs gave it: the bag goes along to the same format only. */
static enum rc
check_unknown(struct op_call *c, const struct entry *e, struct err *err)
{
	size_t count = codec_unknown_entry(c->source_codec, e);

	if (!count || c->how.codec == c->source_codec)
		return RC_OK;
	(void)err_set(err, RC_POLICY,
		      "'%s' has %zu %s not understood, and a %s file has no place for",
		      ESC_SPAN(entry_label(e)), count,
		      count == 1 ? "attribute that is" : "attributes that are", c->how.codec->name);
	return lose(c, err);
}

/* The next save shrouds it under the new passphrase. */
static enum rc
take_entry(struct op_call *c, const struct entry *e, struct err *err)
{
	enum rc rc = codec_can_hold_entry(c->how.codec, e, err);
	bool is_default = e == c->source->default_entry;
	struct entry *copy;

	if (rc)
		return rc == RC_POLICY ? lose(c, err) : rc;
	rc = check_unknown(c, e, err);
	if (rc)
		return rc;
	copy = entry_dup(e);
	if (!copy)
		return err_default(err, RC_NO_MEMORY);
	copy->flags &= ~(unsigned)(ENTRY_HIDDEN | ENTRY_RENAMED);
	piece_release(&copy->key);
	secret_free(&copy->open_key);
	if (e->kind != ENTRY_CERT)
		rc = codec_open_key(&copy->open_key, e, c->source_pw, err);
	if (rc)
		rc = no_open(entry_label(e), rc, err);
	else
		rc = kdb_load_entry(c->db, copy);
	if (!rc && is_default && c->source->default_chosen)
		kdb_set_default(c->db, copy);
	entry_unref(&copy);
	/* The same under the same label a second time. */
	return rc == RC_DUPLICATE ? RC_OK : rc;
}

static enum rc
check_renewal(struct op_call *c, const struct request *r, struct err *err)
{
	/* What was seen from label and subject is seen again. */
	if (!r->renews || r->surmised || c->how.codec->caps & CODEC_RENEWALS)
		return RC_OK;
	(void)err_set(err, RC_POLICY,
		      "a %s file has no place for which certificate the request '%s' renews",
		      c->how.codec->name, ESC_SPAN(r->label.span));
	return lose(c, err);
}

static enum rc
take_request(struct op_call *c, const struct request *r, struct err *err)
{
	enum rc rc = codec_can_hold_request(c->how.codec, r, err);
	struct request *copy;

	if (rc)
		return rc == RC_POLICY ? lose(c, err) : rc;
	rc = check_renewal(c, r, err);
	if (rc)
		return rc;
	copy = request_dup(r);
	if (!copy)
		return err_default(err, RC_NO_MEMORY);
	if (!(c->how.codec->caps & CODEC_RENEWALS) && !copy->surmised)
		copy->renews = false;
	piece_release(&copy->key);
	secret_free(&copy->open_key);
	rc = codec_open_request_key(&copy->open_key, r, c->source_pw, err);
	rc = rc ? no_open(r->label.span, rc, err) : kdb_load_request(c->db, copy);
	request_unref(&copy);
	return rc;
}

/* What is not understood goes along to the same format only. Of a CMS database it is bound to the
 * version. */
static enum rc
take_unknown(struct op_call *c, struct err *err)
{
	const struct kdb *from = c->source;
	size_t count = codec_unknown(c->source_codec, from);
	bool same = c->how.codec == &codec_pkcs12 && c->source_codec == &codec_pkcs12;
	enum rc rc = RC_OK;

	if (!same && count) {
		(void)err_set(err, RC_POLICY,
			      "'%s' holds %zu %s not understood, and no other database can hold",
			      ESC(c->args->words.items[0]), count,
			      count == 1 ? "record that is" : "records that are");
		return lose(c, err);
	}
	if (!same)
		return RC_OK;
	for (size_t i = 0; !rc && i < from->extra_count; i++)
		rc = kdb_add_extra(c->db, &from->extras[i].whole, from->extras[i].was_encrypted,
				   from->extras[i].kind);
	c->db->meta_rest = piece_ref(&from->meta_rest);
	return rc;
}

static enum rc
take_fips(struct op_call *c, struct err *err)
{
	const struct kdb *from = c->source;

	/* That of a CMS database is what its version is built on, not what it holds. */
	bool wanted = from->fips && c->source_codec == &codec_pkcs12;

	if (wanted && c->how.codec == &codec_cms && c->db->version != CMS_VERSION) {
		(void)err_set(err, RC_POLICY, "CMS version %u is not for a FIPS database",
			      c->db->version);
		return lose(c, err);
	}
	c->db->fips = wanted;
	return RC_OK;
}

static enum rc
take_expiry(struct op_call *c, struct err *err)
{
	char when[TEXT_TIME_MAX];
	int64_t expires = c->source->expires;

	c->db->expires = expires;
	if (c->how.codec != &codec_cms || expires <= cms_latest)
		return RC_OK;
	c->db->expires = cms_latest;
	(void)err_set(err, RC_POLICY,
		      "a cms file has no place for a passphrase that expires on %s, after 2106",
		      text_time(when, expires));
	return lose(c, err);
}

/* What the database is, beside what it holds. */
static enum rc
take_rest(struct op_call *c, struct err *err)
{
	bool from_cms = c->source_codec == &codec_cms;
	uint64_t length = c->source->record_length;
	enum rc rc = take_fips(c, err);

	if (!rc)
		rc = take_expiry(c, err);
	/* One that was noted in a PKCS#12 database was never tried. */
	if (c->how.codec == &codec_pkcs12 || from_cms || length > c->db->record_length)
		c->db->record_length = length;
	return rc ? rc : take_unknown(c, err);
}

static void
tell_hidden(struct op_call *c)
{
	size_t hidden = 0;

	for (size_t i = 0; i < c->source->count; i++)
		hidden += (c->source->entries[i]->flags & ENTRY_HIDDEN) != 0;
	if (hidden) {
		warnings_add(&c->result->warnings, "certs-in-clear",
			     "%zu %s encrypted in '%s' and now in the clear", hidden,
			     hidden == 1 ? "certificate was" : "certificates were",
			     ESC(c->args->words.items[0]));
	}
}

static enum rc
db_convert(struct op_call *c, struct err *err)
{
	const struct kdb *from = c->source;
	enum rc rc = db_begin(c, P_OUT_PASS, err);

	if (!rc)
		rc = take_rest(c, err);
	if (!rc)
		rc = kdb_reserve(c->db, from->count);
	for (size_t i = 0; !rc && i < from->count; i++)
		rc = take_entry(c, from->entries[i], err);
	for (size_t i = 0; !rc && i < from->request_count; i++)
		rc = take_request(c, from->requests[i], err);
	if (rc)
		return err_default(err, rc);
	/* Keys and no default: the first key of a PKCS#12 database always is it. */
	if (!from->default_entry && c->how.codec != &codec_pkcs12)
		kdb_set_default(c->db, NULL);
	tell_hidden(c);
	return RC_OK;
}

static const enum param params[] = {
	P_TYPE, P_CMS_VERSION, P_OUT_PASS, P_ITERATIONS, P_ALLOW_LOSS, P_END,
};

const struct op op_db_convert = {
	.noun = "db",
	.verb = "convert",
	.arguments = "FILE OUT",
	.summary = "make a database of another type with the same entries",
	.detail =
	    "Keys, certificates, secret keys and requests with labels, trust, default and expiry; "
	    "every key is encrypted anew, under --out-pass. FILE stays as it is. What OUT cannot "
	    "hold is named and refused; --allow-loss leaves it out.",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_CREATES | OP_CONVERTS | OP_KEYS | OP_ALONE,
	.params = params,
	.run = db_convert,
};
