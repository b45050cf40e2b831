/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Head and checks of a CMS file. */
#include "base/rd.h"
#include "codec/cms-parts.h"
#include "pki/digest.h"

#include <string.h>

enum {
	MAGIC = 0x3748,
	TYPE_KEYS = 2,
	TYPE_REQUESTS = 1,
	KIND_SIZE = 8,
	EXPIRES_AT = 4,
	SEALED_BY_XOR = 3, /* the version whose checks are MD5, and the second one of them a sum */
};

static const char kind_keys[KIND_SIZE] = "X509KEY";
static const char kind_requests[KIND_SIZE] = "X509KYP";
static const char kind_crls[KIND_SIZE] = "X509CRL";

static enum hash
hash_of(unsigned version)
{
	switch (version) {
	case 3:
		return HASH_MD5;
	case 4:
		return HASH_SHA1;
	case 6:
		return HASH_SHA384;
	default:
		return HASH_NONE;
	}
}

size_t
cms_check_size(unsigned version)
{
	return digest_size(hash_of(version));
}

static bool
is_kind(struct span kind, const char *name)
{
	return span_equal(kind, SPAN_OF(name, KIND_SIZE));
}

static enum rc
read_kind(struct cms_file *f, struct span kind, struct err *err)
{
	f->is_requests = is_kind(kind, kind_requests);
	if (f->is_requests || is_kind(kind, kind_keys))
		return RC_OK;
	if (is_kind(kind, kind_crls))
		return err_set(err, RC_UNSUPPORTED,
			       "it is the revocation lists of a CMS database, which are not read");
	return err_set(err, RC_DAMAGED, "its header names no kind of database that is known");
}

/* Everything behind the head. whole: how many bytes the file has, of which rd may have the first
 * only. */
static enum rc
read_body(struct cms_file *f, struct rd *rd, uint64_t whole, struct err *err)
{
	size_t check = cms_check_size(f->version);
	uint64_t size = (uint64_t)f->count * f->slot_size;

	if (f->slot_size < CMS_SLOT_MIN || f->slot_size > CMS_SLOT_MAX)
		return err_set(err, RC_DAMAGED, "its records have %u bytes; %d to %d are possible",
			       f->slot_size, CMS_SLOT_MIN, CMS_SLOT_MAX);
	f->check1 = rd_take(rd, check);
	f->check2 = rd_take(rd, check);
	if (rd_bad(rd))
		return err_set(err, RC_DAMAGED, "the file ends at byte %zu, within its checks",
			       rd->all.size);
	if (whole - rd_where(rd) != size) {
		return err_set(err, RC_DAMAGED,
			       "the file has %llu bytes, its header announces %u records of %u",
			       (unsigned long long)whole, f->count, f->slot_size);
	}
	f->slots = rd_take(rd, rd_left(rd));
	return RC_OK;
}

/* As cms_file_read, of a file of which the first bytes are there. */
static enum rc
read_file(struct cms_file *f, struct span file, uint64_t whole, struct err *err)
{
	struct rd rd = rd_of(file);
	uint16_t magic = rd_be16(&rd);
	struct span kind;
	enum rc rc;

	*f = (struct cms_file){ .head = span_part(file, 0, CMS_HEAD_SIZE) };
	f->version = rd_u8(&rd);
	(void)rd_u8(&rd); /* says what the kind says, and is in the checks */
	f->expires = rd_be32(&rd);
	kind = rd_take(&rd, KIND_SIZE);
	f->slot_size = rd_be32(&rd);
	f->count = rd_be32(&rd);
	(void)rd_take(&rd, CMS_SALT_SIZE);
	if (rd_bad(&rd))
		return err_set(err, RC_DAMAGED, "the file ends at byte %zu, within its header",
			       file.size);
	if (magic != MAGIC)
		return err_set(err, RC_DAMAGED, "it does not begin like a CMS database");
	if (!cms_check_size(f->version)) {
		return err_set(err, RC_UNSUPPORTED,
			       "it is a CMS database of version %u; 3, 4 and 6 are read",
			       f->version);
	}
	rc = read_kind(f, kind, err);
	return rc ? rc : read_body(f, &rd, whole, err);
}

enum rc
cms_file_read(struct cms_file *f, struct span file, struct err *err)
{
	return read_file(f, file, file.size, err);
}

static void
put_be32(struct buf *out, uint64_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_byte(out, (unsigned)(number >> shift) & 0xff);
}

void
cms_put_head(struct buf *out, const struct cms_head *head)
{
	buf_put_byte(out, MAGIC >> 8);
	buf_put_byte(out, MAGIC & 0xff);
	buf_put_byte(out, head->version);
	if (head->old.size == CMS_HEAD_SIZE)
		buf_put_byte(out, head->old.data[EXPIRES_AT - 1]);
	else
		buf_put_byte(out, head->is_requests ? TYPE_REQUESTS : TYPE_KEYS);
	put_be32(out, head->expires > 0 ? (uint64_t)head->expires : 0);
	buf_put(out, SPAN_OF(head->is_requests ? kind_requests : kind_keys, KIND_SIZE));
	put_be32(out, head->slot_size);
	put_be32(out, head->count);
	buf_put(out, head->salt);
}

/* The key of an HMAC. struct digest takes none for no HMAC at all; a zero byte is the same key as
 * none (RFC 2104 section 2: it is filled up with zeros). */
static struct span
hmac_key(struct span pass)
{
	return pass.size ? pass : SPAN_OF("", 1);
}

/* MD5 of a, b and the passphrase. */
static enum rc
keyed_md5(unsigned char *out, struct span a, struct span b, struct span pass)
{
	struct digest *d;
	enum rc rc = digest_start(&d, HASH_MD5, NULL);

	if (!rc)
		rc = digest_add(d, a);
	if (!rc)
		rc = digest_add(d, b);
	if (!rc)
		rc = digest_add(d, pass);
	digest_finish(&d, rc ? NULL : out);
	return rc;
}

enum rc
cms_check_head(unsigned char *out, unsigned version, struct span head, struct span pass)
{
	if (version == SEALED_BY_XOR)
		return keyed_md5(out, head, SPAN_NONE, pass);
	return digest_hmac(hash_of(version), hmac_key(pass), head, out);
}

enum rc
cms_seal_start(struct cms_seal *s, unsigned version, size_t slot_size, struct span head,
	       struct span check1)
{
	struct span key = hmac_key(s->pass);
	enum rc rc;

	s->version = version;
	s->slot_size = slot_size;
	s->mac = NULL;
	if (version == SEALED_BY_XOR)
		return keyed_md5(s->sum, head, check1, s->pass);
	rc = digest_start(&s->mac, hash_of(version), &key);
	if (!rc)
		rc = digest_add(s->mac, head);
	if (!rc)
		rc = digest_add(s->mac, check1);
	return rc;
}

enum rc
cms_seal_slots(struct cms_seal *s, struct span slots)
{
	unsigned char one[CMS_CHECK_MAX];
	size_t size = cms_check_size(s->version);
	enum rc rc = RC_OK;

	if (s->mac)
		return digest_add(s->mac, slots);
	for (size_t at = 0; at < slots.size && !rc; at += s->slot_size) {
		rc = keyed_md5(one, span_part(slots, at, s->slot_size), SPAN_NONE, s->pass);
		for (size_t i = 0; i < size && !rc; i++)
			s->sum[i] ^= one[i];
	}
	return rc;
}

void
cms_seal_end(struct cms_seal *s, unsigned char *out)
{
	if (s->mac)
		digest_finish(&s->mac, out);
	else if (out)
		memcpy(out, s->sum, cms_check_size(s->version));
}

/* The first check: RC_WRONG_SECRET when it does not match. */
static enum rc
verify_head(const struct cms_file *f, struct span pass)
{
	unsigned char check[CMS_CHECK_MAX] = { 0 };
	enum rc rc = cms_check_head(check, f->version, f->head, pass);

	if (!rc && !bytes_equal(check, f->check1.data, cms_check_size(f->version)))
		rc = RC_WRONG_SECRET;
	return rc;
}

enum rc
cms_verify(const struct cms_file *f, struct span pass)
{
	struct cms_seal seal = { .pass = pass };
	size_t size = cms_check_size(f->version);
	unsigned char check[CMS_CHECK_MAX] = { 0 };
	enum rc rc = verify_head(f, pass);

	if (rc)
		return rc;
	rc = cms_seal_start(&seal, f->version, f->slot_size, f->head, f->check1);
	if (!rc)
		rc = cms_seal_slots(&seal, f->slots);
	cms_seal_end(&seal, check);
	if (!rc && !bytes_equal(check, f->check2.data, size))
		rc = RC_DAMAGED;
	return rc;
}

enum rc
cms_check_kind(const struct cms_file *f, size_t part, struct err *err)
{
	if (f->is_requests == (part > 0))
		return RC_OK;
	if (part > 0)
		return err_set(err, RC_DAMAGED, "its .rdb is no database of requests");
	return err_set(err, RC_UNSUPPORTED,
		       "it holds the requests of a CMS database: its .kdb is to be opened");
}

enum rc
cms_look(const struct codec_head *head, struct pw *pw, struct err *err)
{
	struct cms_file f;
	enum rc rc = read_file(&f, head->bytes, head->size, err);

	if (rc && head->part > 0)
		(void)err_prefix(err, "its requests");
	if (!rc)
		rc = cms_check_kind(&f, head->part, err);
	/* Requests under another passphrase are told when the keys have been read. */
	if (!rc && head->part == 0 && pw)
		rc = verify_head(&f, secret_span(pw_secret(pw)));
	return rc == RC_WRONG_SECRET ? err_set(err, rc, "wrong passphrase") : rc;
}
