/* Certificates made to measure, wrong ones too, for the tests of what reads them. */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

#include "base/text.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FORGE_EXTENSIONS = 6 };

/* 2020-01-01 and 2030-01-01: what the dates are when nothing is said. */
static const int64_t forge_from = 1577836800;
static const int64_t forge_to = 1893456000;

struct forge_ext {
	enum oid id;
	bool critical;
	const char *hex; /* of the value */
};

struct recipe {
	const char *subject;
	const char *issuer; /* NULL: the signer's subject, or its own */
	const char *key;    /* NULL: ed25519 */
	enum hash hash;
	int64_t from;
	int64_t to;
	const char *names;  /* "dns:a dns:b" */
	const char *permit; /* the same, of constraints */
	const char *exclude;
	bool ca;
	bool key_ids;
	int length; /* path length and 1 */
	struct forge_ext ext[FORGE_EXTENSIONS];
};

struct forged {
	struct buf der;
	struct buf spki;
	struct key *key;
	struct cert cert;
};

/* Checks how reading ended: damaged at the wanted place; where none is wanted, well. */
static inline void
forge_check(enum rc rc, const char *where, const char *wanted, const char *why)
{
	if (rc != (wanted ? RC_DAMAGED : RC_OK))
		fail_msg("%s: %s", why, where);
	if (rc && strcmp(where, wanted) != 0)
		fail_msg("%s: at %s", why, where);
}

/* Appends an extension. */
static inline void
forge_put_ext(struct buf *out, enum oid id, bool critical, struct span value)
{
	size_t start = out->size;

	der_put(out, DER_OID, oid_octets(id));
	if (critical)
		der_put(out, DER_BOOLEAN, SPAN_OF("\xff", 1));
	der_put(out, DER_OCTET_STRING, value);
	der_wrap(out, start, DER_SEQUENCE);
}

/* Appends the names of a list with blanks between, each wrapped in tag unless that is 0. */
static inline void
forge_put_names(struct buf *out, const char *list, unsigned tag,
		enum rc (*parse)(struct buf *, const char *, struct err *))
{
	while (*list) {
		size_t size = strcspn(list, " ");
		size_t start = out->size;
		char one[300];
		struct err err = ERR_INIT;

		assert_true(size < sizeof(one));
		memcpy(one, list, size);
		one[size] = '\0';
		if (parse(out, one, &err))
			fail_msg("%s: %s", one, err.message);
		if (tag)
			der_wrap(out, start, tag);
		list += size + (list[size] == ' ');
	}
}

static inline void
forge_put_constraints(struct buf *out, const struct recipe *r)
{
	struct buf value = BUF_INIT;

	if (r->permit) {
		forge_put_names(&value, r->permit, DER_SEQUENCE, name_parse_constraint);
		der_wrap(&value, 0, DER_CONTEXT_SET(0));
	}
	if (r->exclude) {
		size_t start = value.size;

		forge_put_names(&value, r->exclude, DER_SEQUENCE, name_parse_constraint);
		der_wrap(&value, start, DER_CONTEXT_SET(1));
	}
	der_wrap(&value, 0, DER_SEQUENCE);
	forge_put_ext(out, OID_EXT_NAME_CONSTRAINTS, true, buf_span(&value));
	buf_release(&value);
}

/* Key identifiers: the first octets of the key's last bytes, which differ between keys. */
static inline void
forge_put_key_ids(struct buf *out, struct span own, struct span issuer)
{
	struct buf value = BUF_INIT;

	der_put(&value, DER_OCTET_STRING, span_part(own, own.size - 20, 20));
	forge_put_ext(out, OID_EXT_SKI, false, buf_span(&value));
	buf_cut(&value, 0);
	der_put(&value, DER_CONTEXT(0), span_part(issuer, issuer.size - 20, 20));
	der_wrap(&value, 0, DER_SEQUENCE);
	forge_put_ext(out, OID_EXT_AKI, false, buf_span(&value));
	buf_release(&value);
}

static inline void
forge_put_extensions(struct buf *out, const struct recipe *r, struct span own, struct span issuer)
{
	size_t start = out->size;
	struct buf value = BUF_INIT;

	if (r->ca) {
		der_put(&value, DER_BOOLEAN, SPAN_OF("\xff", 1));
		if (r->length)
			der_put_number(&value, (uint64_t)r->length - 1);
		der_wrap(&value, 0, DER_SEQUENCE);
		forge_put_ext(out, OID_EXT_BASIC_CONSTRAINTS, true, buf_span(&value));
	}
	buf_cut(&value, 0);
	if (r->names) {
		forge_put_names(&value, r->names, 0, name_parse);
		der_wrap(&value, 0, DER_SEQUENCE);
		forge_put_ext(out, OID_EXT_SAN, false, buf_span(&value));
	}
	if (r->permit || r->exclude)
		forge_put_constraints(out, r);
	if (r->key_ids)
		forge_put_key_ids(out, own, issuer);
	for (size_t i = 0; i < FORGE_EXTENSIONS && r->ext[i].hex; i++) {
		buf_cut(&value, 0);
		assert_int_equal(text_get_hex(&value, r->ext[i].hex), RC_OK);
		forge_put_ext(out, r->ext[i].id, r->ext[i].critical, buf_span(&value));
	}
	buf_release(&value);
	if (out->size > start) {
		der_wrap(out, start, DER_SEQUENCE);
		der_wrap(out, start, DER_CONTEXT_SET(3));
	}
}

/* Signs what is in tbs and puts the certificate together. */
static inline void
forge_sign(struct buf *der, struct buf *tbs, const struct key *key, enum hash hash)
{
	struct buf signature = BUF_INIT;

	der_wrap(tbs, 0, DER_SEQUENCE);
	buf_put(der, buf_span(tbs));
	assert_int_equal(key_signature_alg(der, key, hash), RC_OK);
	buf_put_byte(&signature, 0);
	assert_int_equal(key_sign(&signature, key, hash, buf_span(tbs)), RC_OK);
	der_put(der, DER_BIT_STRING, buf_span(&signature));
	der_wrap(der, 0, DER_SEQUENCE);
	buf_release(&signature);
}

static inline void
forge_put_name(struct buf *out, const char *text)
{
	struct err err = ERR_INIT;

	if (dn_parse(out, text, &err))
		fail_msg("%s: %s", text, err.message);
}

/* Makes a certificate, with a new key unless f has one already. signer NULL: self-signed. */
static inline void
forge(struct forged *f, const struct recipe *r, const struct forged *signer)
{
	struct buf tbs = BUF_INIT;
	struct err err = ERR_INIT;
	size_t start;
	enum hash hash;

	if (!f->key && key_generate(&f->key, r->key ? r->key : "ed25519", &err))
		fail_msg("%s", err.message);
	if (!f->spki.size)
		assert_int_equal(key_spki(&f->spki, f->key), RC_OK);
	if (!signer)
		signer = f;
	hash = r->hash ? r->hash : key_hash(signer->key);
	der_put_number(&tbs, 2);
	der_wrap(&tbs, 0, DER_CONTEXT_SET(0));
	der_put_number(&tbs, 1);
	assert_int_equal(key_signature_alg(&tbs, signer->key, hash), RC_OK);
	if (r->issuer || signer == f)
		forge_put_name(&tbs, r->issuer ? r->issuer : r->subject);
	else
		buf_put(&tbs, signer->cert.subject);
	start = tbs.size;
	der_put_time(&tbs, r->from ? r->from : forge_from);
	der_put_time(&tbs, r->to ? r->to : forge_to);
	der_wrap(&tbs, start, DER_SEQUENCE);
	forge_put_name(&tbs, r->subject);
	buf_put(&tbs, buf_span(&f->spki));
	forge_put_extensions(&tbs, r, buf_span(&f->spki), buf_span(&signer->spki));
	forge_sign(&f->der, &tbs, signer->key, hash);
	buf_release(&tbs);
	assert_int_equal(cert_parse(&f->cert, buf_span(&f->der), NULL), RC_OK);
}

static inline void
forge_release(struct forged *f)
{
	buf_release(&f->der);
	buf_release(&f->spki);
	key_free(&f->key);
}

#endif
