/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rest of a database: requests, what is not understood, labels that are made. */
#include "base/text.h"
#include "model/kdb-index.h"
#include "pki/cert.h"
#include "pki/dn.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 4, COUNT_MAX = 1 << 30, NUMBER_MAX = 1 << 30, TAIL_MAX = 16 };

static enum rc
request_room(struct kdb *db)
{
	size_t more = db->request_room ? db->request_room * 2 : ROOM_FIRST;
	void *bigger;

	if (index_prepare(db, INDEX_REQUESTS))
		return RC_NO_MEMORY;
	if (db->request_count < db->request_room)
		return RC_OK;
	bigger = more < COUNT_MAX ? reallocarray(db->requests, more, sizeof(*db->requests)) : NULL;
	if (!bigger)
		return RC_NO_MEMORY;
	db->requests = bigger;
	db->request_room = more;
	return RC_OK;
}

static void
append_request(struct kdb *db, const struct request *r)
{
	db->requests[db->request_count++] = request_ref(r);
	index_insert(db, INDEX_REQUESTS, db->request_count - 1, r->label.span);
}

enum rc
kdb_add_request(struct kdb *db, struct request *r)
{
	if (request_room(db))
		return RC_NO_MEMORY;
	if (kdb_find_request_folded(db, r->label.span))
		return RC_DUPLICATE;
	append_request(db, r);
	return RC_OK;
}

static long
request_position(const struct kdb *db, const struct request *r)
{
	long at = index_find(db, INDEX_REQUESTS, r->label.span);

	return at >= 0 && db->requests[at] == r ? at : -1;
}

enum rc
kdb_replace_request(struct kdb *db, const struct request *old, struct request *r)
{
	const struct request *found;
	long at = request_position(db, old);
	struct request *gone;

	if (at < 0)
		return RC_NOT_FOUND;
	if (request_room(db))
		return RC_NO_MEMORY;
	found = kdb_find_request_folded(db, r->label.span);
	if (found && found != old)
		return RC_DUPLICATE;
	gone = db->requests[at];
	db->requests[at] = request_ref(r);
	index_replace(db, INDEX_REQUESTS, (size_t)at, gone->label.span);
	request_unref(&gone);
	return RC_OK;
}

void
kdb_remove_request(struct kdb *db, const struct request *r)
{
	long at = request_position(db, r);
	struct request *gone;

	if (at < 0)
		return;
	gone = db->requests[at];
	db->request_count--;
	memmove(&db->requests[at], &db->requests[at + 1],
		(db->request_count - (size_t)at) * sizeof(*db->requests));
	index_remove(db, INDEX_REQUESTS, (size_t)at, gone->label.span);
	request_unref(&gone);
}

const struct request *
kdb_find_request_folded(const struct kdb *db, struct span label)
{
	long at = index_find(db, INDEX_REQUESTS, label);

	return at < 0 ? NULL : db->requests[at];
}

const struct request *
kdb_find_request(const struct kdb *db, struct span label)
{
	const struct request *r = kdb_find_request_folded(db, label);

	return r && span_equal(r->label.span, label) ? r : NULL;
}

enum rc
kdb_add_extra(struct kdb *db, const struct piece *whole, bool was_encrypted, unsigned kind)
{
	size_t more = db->extra_room ? db->extra_room * 2 : ROOM_FIRST;
	void *bigger;

	if (db->extra_count == db->extra_room) {
		bigger =
		    more < COUNT_MAX ? reallocarray(db->extras, more, sizeof(*db->extras)) : NULL;
		if (!bigger)
			return RC_NO_MEMORY;
		db->extras = bigger;
		db->extra_room = more;
	}
	db->extras[db->extra_count++] = (struct extra){
		.whole = piece_ref(whole),
		.was_encrypted = was_encrypted,
		.kind = kind,
	};
	return RC_OK;
}

/* The first size bytes of s, less what would be left of a character cut in two. */
static struct span
cut_text(struct span s, size_t size)
{
	if (s.size <= size)
		return s;
	while (size && (s.data[size] & 0xc0) == 0x80)
		size--;
	return span_part(s, 0, size);
}

/* wish, then "wish (2)" and so on. A wish that is too long loses its end. */
static void
numbered(struct buf *label, struct span wish, unsigned number)
{
	size_t limit = wish.size > LABEL_MAX ? wish.size : LABEL_MAX;

	buf_put(label, number < 2 ? wish : cut_text(wish, limit - TAIL_MAX));
	if (number >= 2)
		buf_printf(label, " (%u)", number);
}

/* Where a number is looked for. */
struct numbering {
	const struct kdb *db;
	enum index_what what;
	struct span wish;
	struct buf *label; /* bad when memory was short for a look */
};

static bool
is_free(const struct numbering *n, unsigned number)
{
	struct buf label = BUF_INIT;
	bool found;

	numbered(&label, n->wish, number);
	found = index_find(n->db, n->what, buf_span(&label)) >= 0;
	if (label.bad)
		buf_fail(n->label);
	buf_release(&label);
	return !found;
}

/* Numbers are given one after the other, so the first free one lies between a taken one and twice
 * that: as many looks as it has bits, and a file that holds one label a hundred thousand times does
 * not need the square of that. */
static enum rc
unique(struct buf *label, const struct kdb *db, enum index_what what, struct span wish)
{
	const struct numbering n = { db, what, wish, label };
	unsigned low = 1;
	unsigned high = 2;
	unsigned middle;

	if (is_free(&n, 1))
		high = 1;
	while (high > 1 && high < NUMBER_MAX && !is_free(&n, high)) {
		low = high;
		high *= 2;
	}
	while (high > 1 && high - low > 1) {
		middle = low + (high - low) / 2;
		if (is_free(&n, middle))
			high = middle;
		else
			low = middle;
	}
	numbered(label, wish, high);
	return buf_rc(label);
}

enum rc
kdb_unique_label(struct buf *label, const struct kdb *db, struct span wish)
{
	return unique(label, db, INDEX_LABELS, wish);
}

enum rc
kdb_load_request(struct kdb *db, struct request *r)
{
	struct span wish = r->label.span.size ? r->label.span : span_text("key");
	struct buf label = BUF_INIT;
	enum rc rc;

	rc = request_room(db);
	if (rc)
		return rc;
	if (!r->label.span.size || kdb_find_request_folded(db, r->label.span)) {
		rc = unique(&label, db, INDEX_REQUESTS, wish);
		piece_release(&r->label);
		if (!rc)
			rc = piece_take(&r->label, &label);
	}
	if (!rc)
		append_request(db, r);
	buf_release(&label);
	return rc;
}

/* What label_check would refuse becomes a dot or falls away. */
static void
clean(struct buf *label, struct span text)
{
	size_t start = label->size;
	int32_t point;

	while ((point = text_next(&text)) != -2) {
		if (point < 0 || text_is_control((uint32_t)point))
			point = '.';
		if (label->size == start && (point == '#' || point == ' '))
			continue;
		if (label->size - start > LABEL_MAX - TAIL_MAX)
			break;
		text_put(label, (uint32_t)point);
	}
	if (label->data &&
	    span_begins(span_part(buf_span(label), start, SIZE_MAX), span_text("sha256:"))) {
		label->data[start + strlen("sha256")] = '.';
	}
	if (label->size == start)
		buf_put_text(label, "certificate");
}

enum rc
kdb_free_label(struct buf *label, const struct kdb *db, struct span cert)
{
	struct buf name = BUF_INIT;
	struct buf wish = BUF_INIT;
	struct cert c;
	enum rc rc;

	if (cert.size && !cert_parse(&c, cert, NULL) && !dn_get(&name, c.subject, OID_CN))
		dn_put(&name, c.subject);
	if (!cert.size)
		buf_put_text(&name, "key");
	clean(&wish, buf_span(&name));
	rc = buf_rc(&name);
	if (!rc)
		rc = buf_rc(&wish);
	if (!rc)
		rc = kdb_unique_label(label, db, buf_span(&wish));
	buf_release(&name);
	buf_release(&wish);
	return rc;
}
