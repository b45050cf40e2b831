/* Entries made to measure, for the tests of databases. */
#ifndef TESTS_KDB_MAKE_H
#define TESTS_KDB_MAKE_H

#include "model/kdb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An entry with this label (not NULL), certificate and key (NULL: none); the bytes need not be any.
 */
static inline struct entry *
make_entry(enum entry_kind kind, const char *label, const char *cert, const char *key)
{
	struct entry *e = entry_new(kind);

	assert_non_null(e);
	e->flags = ENTRY_TRUSTED;
	assert_int_equal(piece_copy(&e->label, span_text(label)), RC_OK);
	if (cert)
		assert_int_equal(piece_copy(&e->cert, span_text(cert)), RC_OK);
	if (key)
		assert_int_equal(piece_copy(&e->key, span_text(key)), RC_OK);
	return e;
}

/* Adds one that must fit; db keeps it. */
static inline const struct entry *
put_entry(struct kdb *db, enum entry_kind kind, const char *label, const char *cert)
{
	struct entry *e = make_entry(kind, label, cert, kind == ENTRY_CERT ? NULL : label);
	const struct entry *kept = e;

	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
	return kept;
}

static inline struct request *
make_request(const char *label, const char *csr, const char *key)
{
	struct request *r = request_new();

	assert_non_null(r);
	assert_int_equal(piece_copy(&r->label, span_text(label)), RC_OK);
	if (csr)
		assert_int_equal(piece_copy(&r->csr, span_text(csr)), RC_OK);
	assert_int_equal(piece_copy(&r->key, span_text(key)), RC_OK);
	return r;
}

static inline const struct request *
put_request(struct kdb *db, const char *label)
{
	struct request *r = make_request(label, NULL, label);
	const struct request *kept = r;

	assert_int_equal(kdb_add_request(db, r), RC_OK);
	request_unref(&r);
	return kept;
}

#endif
