/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PKCS#12 file (RFC 7292): its frame, its MAC, its parts. */
#include "base/task.h"
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

enum { BESIDE_MIN = 1024 * 1024 /* bytes for which a thread pays */ };

/* A ContentInfo of the AuthenticatedSafe. */
struct part {
	enum { PART_DATA, PART_ENCRYPTED, PART_OTHER } kind;
	struct span whole;
	struct span alg;  /* of an encrypted one: AlgorithmIdentifier */
	struct span text; /* SafeContents, or what they are encrypted to */
	struct blob *home;
};

struct file {
	struct blob *home;   /* the file, DER */
	struct span content; /* what the MAC is over: the AuthenticatedSafe, maybe BER */
	struct span mac;     /* contents of MacData */
	bool has_mac;
	struct part *parts;
	size_t part_count;
	size_t part_room;
};

static enum rc
damaged(struct err *err, const char *what)
{
	return err_set(err, RC_DAMAGED, "%s", what);
}

/* ContentInfo: SEQUENCE { type, content [0] EXPLICIT }. */
static enum rc
content_info(struct span in, struct span *type, struct span *content)
{
	enum rc rc;

	rc = der_take(&in, DER_OID, type);
	return rc ? rc : der_only(in, DER_CONTEXT_SET(0), content);
}

static enum rc
read_frame(struct file *f, struct span in, struct err *err)
{
	struct span content;
	struct span type = oid_octets(OID_DATA);
	struct span safe = SPAN_NONE;
	uint64_t version;
	struct span pfx;
	enum rc rc;

	rc = der_only(in, DER_SEQUENCE, &pfx);
	if (!rc)
		rc = der_take_number(&pfx, &version);
	if (!rc)
		rc = p12_check_frame(version, type, err);
	if (!rc)
		rc = der_take(&pfx, DER_SEQUENCE, &safe);
	if (!rc)
		rc = content_info(safe, &type, &content);
	if (!rc)
		rc = p12_check_frame(version, type, err);
	if (!rc)
		rc = der_only(content, DER_OCTET_STRING, &f->content);
	f->has_mac = !rc && pfx.size;
	if (f->has_mac)
		rc = der_only(pfx, DER_SEQUENCE, &f->mac);
	return rc;
}

/* A blob with DER of the one BER element that `in` is. */
static enum rc
der_blob(struct blob **blob, struct span in, struct err *err)
{
	struct buf der = BUF_INIT;
	size_t used = 0;
	enum rc rc;

	*blob = NULL;
	/* Of DER the same would come. */
	if (!der_check(in))
		return RC_DAMAGED;
	rc = der_from_ber(&der, in, &used);
	if (!rc && used != in.size)
		rc = RC_DAMAGED;
	if (!rc)
		return blob_new(blob, &der);
	buf_release(&der);
	return rc == RC_LIMIT ? der_too_deep(err) : rc;
}

static enum rc
open_frame(struct file *f, struct err *err)
{
	struct blob *made;
	enum rc rc;

	rc = p12_check_length(blob_span(f->home), blob_span(f->home).size, err);
	if (rc)
		return rc;
	rc = read_frame(f, blob_span(f->home), err);
	if (rc != RC_DAMAGED)
		return rc;
	rc = der_blob(&made, blob_span(f->home), err);
	if (!rc) {
		blob_unref(&f->home);
		f->home = made;
		rc = read_frame(f, blob_span(f->home), err);
	}
	return rc == RC_DAMAGED ? damaged(err, "its outer structure is no PFX") : rc;
}

/* [0] IMPLICIT OCTET STRING: whole, or (BER) in pieces, which are put together. */
static enum rc
encrypted_text(struct part *p, struct span in)
{
	struct buf text = BUF_INIT;
	struct span some;
	struct span pieces;
	enum rc rc;

	if (der_peek(in) == DER_CONTEXT(0))
		return der_only(in, DER_CONTEXT(0), &p->text);
	rc = der_only(in, DER_CONTEXT_SET(0), &pieces);
	while (!rc && pieces.size) {
		rc = der_take(&pieces, DER_OCTET_STRING, &some);
		if (!rc)
			buf_put(&text, some);
	}
	if (rc) {
		buf_release(&text);
		return rc;
	}
	blob_unref(&p->home);
	rc = blob_new(&p->home, &text);
	p->text = blob_span(p->home);
	return rc;
}

/* EncryptedData: SEQUENCE { version, SEQUENCE { type, AlgorithmIdentifier, [0] OPTIONAL } }. */
static enum rc
read_encrypted(struct part *p, struct span content)
{
	struct span type = SPAN_NONE;
	struct span info;
	struct span in;
	uint64_t version;
	struct tlv alg;
	enum rc rc;

	rc = der_only(content, DER_SEQUENCE, &in);
	if (!rc)
		rc = der_take_number(&in, &version);
	if (!rc)
		rc = der_take(&in, DER_SEQUENCE, &info);
	if (!rc)
		rc = der_take(&info, DER_OID, &type);
	if (!rc)
		rc = der_next(&info, &alg);
	if (!rc && (alg.tag != DER_SEQUENCE || !oid_is(type, OID_DATA)))
		rc = RC_DAMAGED;
	if (rc)
		return rc;
	p->alg = alg.whole;
	return encrypted_text(p, info);
}

static enum rc
read_part(struct part *p, struct span whole)
{
	struct span content;
	struct span type;
	struct span in;
	enum rc rc;

	p->whole = whole;
	rc = der_only(whole, DER_SEQUENCE, &in);
	if (!rc)
		rc = content_info(in, &type, &content);
	if (rc)
		return rc;
	if (oid_is(type, OID_DATA)) {
		p->kind = PART_DATA;
		return der_only(content, DER_OCTET_STRING, &p->text);
	}
	if (oid_is(type, OID_ENCRYPTED_DATA)) {
		p->kind = PART_ENCRYPTED;
		return read_encrypted(p, content);
	}
	p->kind = PART_OTHER;
	return RC_OK;
}

static enum rc
too_many_parts(struct err *err)
{
	(void)err_set(err, RC_LIMIT, "its AuthenticatedSafe has over %d parts, which is the limit",
		      P12_PARTS_MAX);
	(void)err_hint(err, "a kyman that is built with CPPFLAGS=-DKYMAN_PARTS_MAX=N takes N");
	return RC_LIMIT;
}

static enum rc
read_parts(struct file *f, struct span safe, struct blob *home, struct err *err)
{
	void *parts;
	struct part *p;
	struct span in;
	struct tlv tlv;
	enum rc rc;

	rc = der_only(safe, DER_SEQUENCE, &in);
	while (!rc && in.size) {
		if (f->part_count == P12_PARTS_MAX)
			return too_many_parts(err);
		parts = f->parts;
		rc = p12_room(&parts, f->part_count, &f->part_room, sizeof(*f->parts));
		f->parts = parts;
		if (rc)
			break;
		p = &f->parts[f->part_count];
		*p = (struct part){ .home = blob_ref(home) };
		f->part_count++;
		rc = der_next(&in, &tlv);
		if (!rc)
			rc = read_part(p, tlv.whole);
	}
	return rc;
}

static void
drop_parts(struct file *f)
{
	size_t i;

	for (i = 0; i < f->part_count; i++)
		blob_unref(&f->parts[i].home);
	f->part_count = 0;
}

static enum rc
open_parts(struct file *f, struct err *err)
{
	struct blob *made = NULL;
	enum rc rc;

	rc = read_parts(f, f->content, f->home, err);
	if (rc == RC_DAMAGED) {
		drop_parts(f);
		rc = der_blob(&made, f->content, err);
		if (!rc)
			rc = read_parts(f, blob_span(made), made, err);
		blob_unref(&made);
	}
	return rc == RC_DAMAGED ? damaged(err, "its AuthenticatedSafe is damaged") : rc;
}

/* How many shrouded keys are tried to tell a wrong passphrase from a damaged file. */
enum { TRIED_MAX = 4 };

/* Whether a plain text is a SafeContents: a SEQUENCE of a length that fits. */
static bool
is_safe(struct span plain)
{
	size_t announced = der_announced(plain);

	return der_peek(plain) == DER_SEQUENCE && announced <= plain.size &&
	       (announced || (plain.size > 1 && plain.data[1] == 0x80));
}

/* Tries the passphrase on shrouded keys that lie open: a few, since the one may be what was
 * damaged. RC_NOT_FOUND when there is none. */
static enum rc
try_keys(struct span bags, struct pw *pw)
{
	struct secret *plain = NULL;
	enum rc rc = RC_NOT_FOUND;
	struct p12_attrs attrs;
	struct p12_bag bag;
	unsigned tried = 0;
	struct span in;
	struct tlv tlv;

	if (der_only(bags, DER_SEQUENCE, &in))
		return rc;
	while (rc && tried < TRIED_MAX && !der_next(&in, &tlv)) {
		if (p12_bag_read(&bag, &attrs, tlv.whole) || !oid_is(bag.id, OID_BAG_SHROUDED) ||
		    !pbe_is_key(bag.value))
			continue;
		rc = pbe_open_key(&plain, pw, bag.value, NULL);
		secret_free(&plain);
		tried++;
	}
	return rc;
}

/* Tries the passphrase on the first thing that is encrypted. RC_NOT_FOUND when nothing is. */
static enum rc
try_first(const struct file *f, struct pw *pw)
{
	struct secret *plain = NULL;
	enum rc rc = RC_NOT_FOUND;
	size_t i;

	for (i = 0; i < f->part_count && rc == RC_NOT_FOUND; i++) {
		if (f->parts[i].kind == PART_ENCRYPTED) {
			rc = pbe_decrypt(&plain, pw,
					 &(struct pbe_text){ f->parts[i].alg, f->parts[i].text },
					 is_safe, NULL);
		}
		if (f->parts[i].kind == PART_DATA)
			rc = try_keys(f->parts[i].text, pw);
	}
	secret_free(&plain);
	return rc;
}

/* The MAC does not match: who is to blame? */
static enum rc
blame(const struct file *f, struct pw *pw, struct err *err)
{
	switch (try_first(f, pw)) {
	case RC_OK:
		return damaged(err, "the passphrase is right, but the contents were changed: the "
				    "MAC does not match");
	case RC_WRONG_SECRET:
		return err_set(err, RC_WRONG_SECRET, "wrong passphrase");
	case RC_NO_MEMORY:
		return RC_NO_MEMORY;
	default:
		return err_set(err, RC_WRONG_SECRET, "wrong passphrase, or the file is damaged");
	}
}

/* Keeps what the next save needs to have the same MAC key. */
static void
keep_mac(struct kdb *db, const struct p12_mac *mac)
{
	db->iterations = mac->iterations;
	if (mac->is_pbmac1 || mac->hash != HASH_SHA256 || mac->salt.size != PBE_SALT_SIZE)
		return;
	memcpy(db->mac_salt, mac->salt.data, PBE_SALT_SIZE);
	db->mac_salt_size = PBE_SALT_SIZE;
}

/* The check of a MAC, which may go on beside the reading. */
struct mac_check {
	struct task task;
	struct p12_mac mac;
	struct pw *pw; /* NULL: nothing to check, or nothing to check it with */
	struct span content;
	struct err err;
	enum rc rc;
};

static enum rc
read_mac(struct mac_check *m, struct p12_loader *l, const struct file *f)
{
	enum rc rc;

	if (!f->has_mac) {
		notes_add(l->notes, "no-mac",
			  "it has no MAC: nobody would notice if it were changed");
		return RC_OK;
	}
	rc = p12_mac_read(&m->mac, f->mac);
	if (rc == RC_DAMAGED)
		return damaged(l->err, "its MacData is damaged");
	if (rc)
		return err_default(l->err, rc);
	keep_mac(&l->db, &m->mac);
	m->pw = l->pw;
	m->content = f->content;
	return RC_OK;
}

static void
check_mac(void *self)
{
	struct mac_check *m = self;

	m->rc = p12_mac_check(&m->mac, m->pw, m->content, &m->err);
}

/* What the check has said. */
static enum rc
settle_mac(const struct mac_check *m, struct p12_loader *l, const struct file *f)
{
	if (!m->pw)
		return RC_OK;
	if (m->rc == RC_WRONG_SECRET)
		return blame(f, l->pw, l->err);
	if (m->rc && l->err)
		*l->err = m->err;
	if (m->rc)
		return err_default(l->err, m->rc);
	l->db.verified = true;
	pw_proven(l->pw);
	return RC_OK;
}

static enum rc
read_hidden(struct p12_loader *l, const struct part *p)
{
	struct secret *plain = NULL;
	struct buf bytes = BUF_INIT;
	struct blob *home = NULL;
	enum rc rc;

	if (!l->pw) {
		l->db.locked = true;
		l->db.hidden_certs = true;
		return RC_OK;
	}
	rc = pbe_decrypt(&plain, l->pw, &(struct pbe_text){ p->alg, p->text }, is_safe, l->err);
	if (rc == RC_WRONG_SECRET && l->db.verified)
		return err_set(l->err, RC_UNSUPPORTED,
			       "a part is encrypted under another passphrase than the file's");
	if (rc == RC_WRONG_SECRET)
		return err_set(l->err, rc, "wrong passphrase");
	if (rc)
		return err_default(l->err, rc);
	pw_proven(l->pw);
	buf_reserve(&bytes, secret_size(plain));
	buf_put(&bytes, secret_span(plain));
	secret_free(&plain);
	rc = blob_new(&home, &bytes);
	if (!rc)
		rc = p12_read_safe(l, blob_span(home), home, true);
	blob_unref(&home);
	return rc;
}

static enum rc
read_contents(struct p12_loader *l, struct file *f)
{
	struct piece whole;
	struct part *p;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < f->part_count && !rc; i++) {
		p = &f->parts[i];
		whole = (struct piece){ p->whole, p->home };
		if (p->kind == PART_DATA)
			rc = p12_read_safe(l, p->text, p->home, false);
		else if (p->kind == PART_ENCRYPTED)
			rc = read_hidden(l, p);
		else
			rc = kdb_add_extra(&l->db, &whole, false, P12_EXTRA_PART);
	}
	return rc;
}

/* The two of them share nothing as long as nothing is decrypted. */
static bool
may_go_beside(const struct file *f)
{
	size_t i;

	for (i = 0; i < f->part_count; i++) {
		if (f->parts[i].kind == PART_ENCRYPTED)
			return false;
	}
	return f->content.size >= BESIDE_MIN;
}

/* What is read counts only when the MAC is right. */
static enum rc
check_and_read(struct mac_check *m, struct p12_loader *l, struct file *f)
{
	bool beside = m->pw && may_go_beside(f);
	enum rc reading = RC_OK;
	enum rc rc;

	if (beside) {
		task_start(&m->task, check_mac, m);
		reading = read_contents(l, f);
		task_wait(&m->task);
	} else if (m->pw) {
		check_mac(m);
	}
	rc = settle_mac(m, l, f);
	if (!rc && !beside)
		reading = read_contents(l, f);
	p12_wipe_open(l);
	return rc ? rc : reading;
}

/* Without a MAC the first key tells whether the passphrase is right. */
static enum rc
prove(struct p12_loader *l)
{
	struct secret *plain = NULL;
	enum rc rc = RC_OK;

	if (!l->pw || l->db.verified || !l->key_count || !l->keys[0].key.size)
		return RC_OK;
	rc = pbe_open_key(&plain, l->pw, l->keys[0].key, l->err);
	secret_free(&plain);
	if (rc == RC_WRONG_SECRET)
		return err_set(l->err, rc, "wrong passphrase");
	if (rc == RC_NO_MEMORY || rc == RC_LIMIT)
		return rc;
	if (!rc)
		pw_proven(l->pw);
	err_clear(l->err);
	return RC_OK;
}

static enum rc
load_file(struct p12_loader *l, struct file *f)
{
	struct mac_check m = { .task = TASK_INIT, .err = ERR_INIT };
	enum rc rc;

	rc = open_frame(f, l->err);
	if (!rc)
		rc = open_parts(f, l->err);
	if (!rc)
		rc = read_mac(&m, l, f);
	if (!rc && m.pw && f->part_count)
		p12_begin_key(l, f->parts[0].text, m.mac.iterations);
	if (!rc)
		rc = check_and_read(&m, l, f);
	if (!rc)
		rc = prove(l);
	if (!rc)
		rc = p12_assemble(l);
	if (!rc)
		rc = p12_set_shroud(l);
	return rc;
}

enum rc
p12_load(struct kdb *db, struct blob *in[CODEC_PARTS], struct pw *pw, const struct notes *notes,
	 struct err *err)
{
	struct p12_loader l = { .pw = pw, .notes = notes, .err = err };
	struct file f = { .home = in[0] };
	enum rc rc;

	in[0] = NULL;
	blob_unref(&in[1]);
	err_clear(err);
	l.db.version = P12_VERSION;
	rc = load_file(&l, &f);
	/* It is as it lay on the disk, but for keys in the clear, which are wiped by now. */
	if (!rc)
		blob_public(f.home);
	drop_parts(&f);
	free(f.parts);
	blob_unref(&f.home);
	if (rc)
		(void)err_default(err, rc); /* the code is known */
	else
		kdb_swap(db, &l.db);
	p12_loader_release(&l);
	return rc;
}
