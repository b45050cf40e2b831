/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a CMS database: both checks first, then its records. */
#include "base/text.h"
#include "codec/cms-parts.h"
#include "pki/digest.h"

#include <string.h>

struct loader {
	struct kdb db;
	struct pw *pw; /* NULL: the public part */
	const struct notes *notes;
	struct err *err;
	const struct entry *first; /* the first with the flag of the default */
	bool followed;             /* new keys have a salt of the file's */
	size_t defaults;
	size_t odd_labels;
	size_t odd_lookups;
	size_t kept; /* records that are not understood */
	size_t twice;
};

/* A record and where it lies. */
struct place {
	struct cms_slot slot;
	struct cms_record record;
	struct blob *home;
	bool is_request;
};

enum pbe_form
cms_shroud_form(unsigned version)
{
	switch (version) {
	case 3:
		return PBE_FORM_MD5_DES;
	case 4:
		return PBE_FORM_SHA1_3DES;
	default:
		return PBE_FORM_SHA384_AES;
	}
}

void
cms_begin(struct kdb *db, unsigned version)
{
	db->version = version;
	db->shroud = cms_shroud_form(version);
	/* Its checks and its keys keep to what FIPS 140-3 approves; those of 3 and 4 do not. */
	db->fips = version == CMS_VERSION;
	db->record_length = CMS_SLOT_USUAL;
}

static enum rc
keep_slot(struct loader *l, const struct place *p)
{
	struct piece whole = { p->slot.whole, p->home };

	return kdb_add_extra(&l->db, &whole, false,
			     p->is_request ? CMS_EXTRA_REQUEST_SLOT : CMS_EXTRA_SLOT);
}

/* What other writers do differently is told, and kept as long as its record is not changed. */
static void
note_oddities(struct loader *l, const struct place *p, const struct piece *label)
{
	unsigned char lookups[CMS_LOOKUPS * CMS_LOOKUP_SIZE];
	struct span have = p->slot.lookups;
	bool same = have.size == (size_t)CMS_LOOKUPS * (4 + CMS_LOOKUP_SIZE);

	if (!span_equal(p->slot.label, label->span) || !span_equal(p->slot.label, p->record.label))
		l->odd_labels++;
	if (p->record.what != CMS_CERT && p->record.what != CMS_KEY)
		return;
	same = same && !cms_lookups(lookups, p->record.cert);
	for (size_t i = 0; same && i < CMS_LOOKUPS; i++)
		same = !memcmp(have.data + 4 + i * (4 + CMS_LOOKUP_SIZE),
			       lookups + i * CMS_LOOKUP_SIZE, CMS_LOOKUP_SIZE);
	l->odd_lookups += !same;
}

/* A private key was met. */
static void
meet_key(struct loader *l, struct span key)
{
	l->db.locked = l->db.locked || !l->pw;
	if (l->pw && !l->followed)
		l->followed = pbe_follow(l->pw, key);
}

static enum rc
take_entry(struct loader *l, const struct place *p)
{
	static const enum entry_kind kinds[] = {
		[CMS_CERT] = ENTRY_CERT,
		[CMS_KEY] = ENTRY_KEY,
		[CMS_SECRET] = ENTRY_SECRET,
	};
	struct entry *e = entry_new(kinds[p->record.what]);
	enum rc rc = e ? cms_label(&e->label, &p->slot, &p->record, p->home) : RC_NO_MEMORY;

	if (rc)
		goto out;
	note_oddities(l, p, &e->label);
	if (cms_is_trusted(&p->record))
		e->flags |= ENTRY_TRUSTED;
	if (p->record.cert.size)
		e->cert = piece_of(p->record.cert, p->home);
	if (p->record.key.size) {
		e->key = piece_of(p->record.key, p->home);
		meet_key(l, p->record.key);
	}
	e->native = piece_of(p->slot.whole, p->home);
	rc = kdb_load_entry(&l->db, e);
	if (rc == RC_DUPLICATE) {
		l->twice++;
		rc = keep_slot(l, p);
	} else if (!rc && cms_is_default(&p->record)) {
		l->defaults++;
		if (!l->first && e->kind == ENTRY_KEY)
			l->first = e;
	}
out:
	entry_unref(&e);
	return rc;
}

/* The format has no place for what a request renews. */
static enum rc
surmise_renewed(const struct kdb *db, struct request *r)
{
	const struct entry *e = cms_renewed(db, r->label.span, r->csr.span);
	unsigned char digest[DIGEST_MAX];
	enum rc rc = e ? digest_of(HASH_SHA256, e->cert.span, digest) : RC_OK;

	if (rc || !e)
		return rc;
	r->renews = true;
	r->surmised = true;
	memcpy(r->replaces, digest, sizeof(r->replaces));
	return RC_OK;
}

static enum rc
take_request(struct loader *l, const struct place *p)
{
	struct request *r = request_new();
	enum rc rc = r ? cms_label(&r->label, &p->slot, &p->record, p->home) : RC_NO_MEMORY;

	if (!rc) {
		note_oddities(l, p, &r->label);
		r->csr = piece_of(p->record.cert, p->home);
		r->key = piece_of(p->record.key, p->home);
		r->key_native = piece_of(p->slot.whole, p->home);
		meet_key(l, p->record.key);
		rc = surmise_renewed(&l->db, r);
	}
	if (!rc)
		rc = kdb_load_request(&l->db, r);
	request_unref(&r);
	return rc;
}

/* at counts from 1, for words. */
static enum rc
take_slot(struct loader *l, struct place *p, struct span whole, size_t at)
{
	bool fits;

	if (cms_slot_read(&p->slot, whole))
		return err_set(l->err, RC_DAMAGED,
			       "record %zu: one of its lengths leads beyond its end", at);
	/* Requests and what else there is are never in one file. */
	fits = p->slot.type == CMS_RECORD_TYPE && !cms_record_read(&p->record, p->slot.record) &&
	       (p->record.what == CMS_REQUEST) == p->is_request;
	l->kept += !fits;
	if (!fits)
		return keep_slot(l, p);
	return p->is_request ? take_request(l, p) : take_entry(l, p);
}

static enum rc
take_slots(struct loader *l, const struct cms_file *f, struct blob *home)
{
	struct place p = { .home = home, .is_request = f->is_requests };
	enum rc rc = f->is_requests ? RC_OK : kdb_reserve(&l->db, f->count);

	for (size_t i = 0; i < f->count && !rc; i++)
		rc = take_slot(l, &p, span_part(f->slots, i * f->slot_size, f->slot_size), i + 1);
	return rc;
}

static enum rc
verify_keys(struct loader *l, const struct cms_file *f)
{
	enum rc rc = l->pw ? cms_verify(f, secret_span(pw_secret(l->pw))) : RC_NO_SECRET;

	switch (rc) {
	case RC_OK:
		l->db.verified = true;
		pw_proven(l->pw);
		return RC_OK;
	case RC_NO_SECRET:
		return RC_OK;
	case RC_WRONG_SECRET:
		return err_set(l->err, rc, "wrong passphrase");
	case RC_DAMAGED:
		return err_set(l->err, rc,
			       "the passphrase is right, but the contents were changed: the check "
			       "over them does not match");
	default:
		return rc;
	}
}

static enum rc
load_keys(struct loader *l, struct blob *home)
{
	struct cms_file f;
	enum rc rc = cms_file_read(&f, blob_span(home), l->err);

	if (!rc)
		rc = cms_check_kind(&f, 0, l->err);
	if (!rc)
		rc = verify_keys(l, &f);
	if (rc)
		return rc;
	cms_begin(&l->db, f.version);
	l->db.expires = f.expires;
	l->db.record_length = f.slot_size;
	memcpy(l->db.mac_salt, f.head.data + CMS_HEAD_SIZE - CMS_SALT_SIZE, CMS_SALT_SIZE);
	l->db.mac_salt_size = CMS_SALT_SIZE;
	l->db.meta_rest = piece_of(f.head, home);
	return take_slots(l, &f, home);
}

/* alone: there is no .kdb to open with it. */
static enum rc
verify_requests(struct loader *l, const struct cms_file *f, bool alone)
{
	enum rc rc;

	if (alone)
		return verify_keys(l, f);
	if (!l->pw)
		return RC_OK;
	rc = cms_verify(f, secret_span(pw_secret(l->pw)));
	if (rc == RC_WRONG_SECRET) {
		(void)err_set(l->err, RC_CONFLICT,
			      "its requests are under another passphrase than its keys");
		(void)err_hint(l->err, "move its .rdb away to open it without them");
		rc = RC_CONFLICT;
	} else if (rc == RC_DAMAGED) {
		rc = err_set(l->err, rc,
			     "its requests were changed: the check over them does not "
			     "match");
	}
	return rc;
}

static enum rc
load_requests(struct loader *l, struct blob *home, bool alone)
{
	struct piece head;
	struct cms_file f;
	enum rc rc = cms_file_read(&f, blob_span(home), l->err);

	if (rc && !alone)
		(void)err_prefix(l->err, "its requests");
	if (!rc)
		rc = cms_check_kind(&f, 1, l->err);
	if (!rc)
		rc = verify_requests(l, &f, alone);
	if (rc)
		return rc;
	if (alone)
		cms_begin(&l->db, f.version);
	head = (struct piece){ f.head, home };
	rc = kdb_add_extra(&l->db, &head, false, CMS_EXTRA_REQUESTS_HEAD);
	return rc ? rc : take_slots(l, &f, home);
}

static void
say(struct loader *l, const char *code, size_t number, const char *what)
{
	if (number)
		notes_add(l->notes, code, "%zu %s %s", number, number == 1 ? "record" : "records",
			  what);
}

static void
note_all(struct loader *l)
{
	size_t made = 0;

	for (size_t i = 0; i < l->db.count; i++)
		made += (l->db.entries[i]->flags & ENTRY_RENAMED) != 0;
	say(l, "labels-made", made, "had no label or one that is taken, and got another");
	say(l, "odd-labels", l->odd_labels, "with a label that is not as IBM's programs write it");
	say(l, "odd-lookups", l->odd_lookups,
	    "without the lookup values that IBM's programs write");
	say(l, "records-kept", l->kept, "not understood, and kept as it is");
	say(l, "duplicate-entry", l->twice, "there twice, with label and all");
	if (l->defaults > 1)
		say(l, "several-defaults", l->defaults,
		    "marked as the default: the first is taken");
}

static enum rc
load_parts(struct loader *l, struct blob *in[CODEC_PARTS])
{
	enum rc rc = RC_OK;

	if (in[0])
		rc = load_keys(l, in[0]);
	if (!rc && in[1])
		rc = load_requests(l, in[1], !in[0]);
	if (rc)
		return err_default(l->err, rc);
	kdb_set_default(&l->db, l->first);
	note_all(l);
	return RC_OK;
}

enum rc
cms_load(struct kdb *db, struct blob *in[CODEC_PARTS], struct pw *pw, const struct notes *notes,
	 struct err *err)
{
	struct loader l = { .pw = pw, .notes = notes, .err = err };
	enum rc rc;

	err_clear(err);
	rc = load_parts(&l, in);
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		/* Files as they lay on the disk. */
		if (in[i])
			blob_public(in[i]);
		blob_unref(&in[i]);
	}
	if (!rc)
		kdb_swap(db, &l.db);
	kdb_release(&l.db);
	return rc;
}
