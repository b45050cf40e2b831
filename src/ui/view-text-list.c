/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists for people. They may be long: fixed columns, a row at a time. A tree is for few. */
#include "base/env.h"
#include "op/facts.h"
#include "pki/dn.h"
#include "ui/view.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum {
	LABEL_WIDTH_MIN = 5,
	LABEL_WIDTH_MAX = 40,
	KIND_WIDTH = 7,
	FLAGS_WIDTH_MIN = 18, /* "trusted,ca,expired" */
	END_WIDTH = 10,
	SOON = 30 * 86400,
	TREE_DEPTH_MAX = 64,
};

const char *
view_flags(char out[VIEW_FLAGS_MAX], const struct facts *f, bool pending, bool expired)
{
	bool has_trust = f->has_cert;
	const struct {
		const char *name;
		bool is_set;
	} flags[] = {
		{ "default", f->is_default },
		{ "trusted", has_trust && f->trusted },
		{ "off", has_trust && !f->trusted },
		{ "pending", pending },
		{ "ca", f->ca },
		{ "expired", expired },
	};
	size_t at = 0;
	size_t size;

	/* All of them together fit. */
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!flags[i].is_set)
			continue;
		if (at)
			out[at++] = ',';
		size = strlen(flags[i].name);
		memcpy(out + at, flags[i].name, size);
		at += size;
	}
	out[at] = '\0';
	return out;
}

const char *
view_day(char out[TEXT_TIME_MAX], int64_t when)
{
	(void)text_time(out, when);
	out[END_WIDTH] = '\0';
	return out;
}

/* A row, ready to print. */
struct line {
	struct facts facts;
	char flags[VIEW_FLAGS_MAX];
	char end[TEXT_TIME_MAX];
	bool expired;
	bool soon;
	struct buf *subject; /* borrowed: one for all lines */
};

/* The next certificate is on its way from memory while this one is shown. */
static void
fetch_next(const struct view_rows *rows, size_t at)
{
	enum { AHEAD = 1 };

	if (at + AHEAD < rows->count && rows->rows[at + AHEAD].entry)
		span_soon(rows->rows[at + AHEAD].entry->cert.span);
}

static void
fill_line(struct line *line, const struct row *row, const struct kdb *db, int64_t now)
{
	struct facts *f = &line->facts;
	bool pending;

	facts_brief_of(f, row, db);
	pending = row->entry && db && facts_pending(row->entry, db);
	line->expired = f->has_cert && f->cert.not_after < now;
	line->soon = f->has_cert && f->cert.not_after < now + SOON;
	(void)view_flags(line->flags, f, pending, line->expired);
	if (f->has_cert)
		(void)view_day(line->end, f->cert.not_after);
	else
		line->end[0] = '\0';
	buf_cut(line->subject, 0);
	if (f->has_cert)
		dn_put(line->subject, f->cert.subject);
	else if (f->has_csr)
		dn_put(line->subject, f->csr.subject);
}

static size_t
label_width(const struct view_rows *rows)
{
	size_t most = LABEL_WIDTH_MIN;
	size_t width;

	for (size_t i = 0; i < rows->count && most < LABEL_WIDTH_MAX; i++) {
		const struct row *row = &rows->rows[i];

		width = out_width(row->entry ? entry_label(row->entry) : row->request->label.span);
		if (width > most)
			most = width;
	}
	return most < LABEL_WIDTH_MAX ? most : LABEL_WIDTH_MAX;
}

static bool
has_renewals(const struct kdb *db)
{
	for (size_t i = 0; db && i < db->request_count; i++)
		if (db->requests[i]->renews)
			return true;
	return false;
}

/* Only the default, and what is pending, may have more flags than all others have. */
static size_t
flags_width(const struct view_rows *rows)
{
	bool renewals = has_renewals(rows->db);
	size_t most = FLAGS_WIDTH_MIN;
	int64_t now = env_now();
	char flags[VIEW_FLAGS_MAX];
	struct facts f;

	for (size_t i = 0; rows->db && i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		bool pending;

		if (!row->entry || !(renewals || row->entry == rows->db->default_entry))
			continue;
		facts_brief_of(&f, row, rows->db);
		pending = renewals && facts_pending(row->entry, rows->db);
		(void)view_flags(flags, &f, pending, f.has_cert && f.cert.not_after < now);
		if (strlen(flags) > most)
			most = strlen(flags);
	}
	return most;
}

/* A column, and where more follows the blanks up to it. */
static void
put_cell(struct out *out, struct span text, size_t width, bool more)
{
	if (!more) {
		out_escaped(out, text);
		return;
	}
	out_padded(out, text, width);
	out_text(out, "  ");
}

struct widths {
	size_t label;
	size_t flags;
};

static void
put_line(struct out *out, const struct line *line, const struct widths *widths)
{
	bool has_subject = line->subject->size || line->subject->bad;
	bool has_end = has_subject || line->end[0];

	put_cell(out, line->facts.label, widths->label, true);
	put_cell(out, span_text(facts_kind_name(line->facts.kind)), KIND_WIDTH,
		 has_end || line->flags[0]);
	put_cell(out, span_text(line->flags), widths->flags, has_end);
	if (line->soon)
		out_style(out, line->expired ? OUT_RED : OUT_YELLOW);
	put_cell(out, span_text(line->end), END_WIDTH, has_subject);
	if (line->soon)
		out_style(out, OUT_PLAIN);
	out_buf(out, line->subject);
	out_text(out, "\n");
}

void
view_text_rows(const struct view *v, const struct view_rows *rows, size_t indent)
{
	struct widths widths = { label_width(rows), flags_width(rows) };
	struct buf subject = BUF_INIT;
	struct line line = { .subject = &subject };
	int64_t now = env_now();

	if (!rows->count)
		return;
	out_blanks(v->out, indent);
	out_style(v->out, OUT_BOLD);
	out_padded(v->out, span_text("LABEL"), widths.label);
	out_printf(v->out, "  %-*s  %-*s  %-*s  SUBJECT", KIND_WIDTH, "KIND", (int)widths.flags,
		   "FLAGS", END_WIDTH, "END");
	out_style(v->out, OUT_PLAIN);
	out_text(v->out, "\n");
	for (size_t i = 0; i < rows->count; i++) {
		fetch_next(rows, i);
		fill_line(&line, &rows->rows[i], rows->db, now);
		out_blanks(v->out, indent);
		put_line(v->out, &line, &widths);
	}
	buf_release(&subject);
}

enum column { COLUMN_LABEL, COLUMN_KIND, COLUMN_FLAGS, COLUMN_END, COLUMN_SUBJECT, COLUMN_COUNT };

static bool
add_columns(struct libscols_table *table)
{
	static const char *const names[COLUMN_COUNT] = { "LABEL", "KIND", "FLAGS", "END",
							 "SUBJECT" };

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!scols_table_new_column(table, names[i], 0,
					    i == COLUMN_LABEL ? SCOLS_FL_TREE : 0))
			return false;
	}
	return true;
}

static bool
set_text(struct libscols_line *line, enum column column, struct span text)
{
	struct buf safe = BUF_INIT;
	bool done;

	text_escape(&safe, text);
	done = !buf_rc(&safe) && !scols_line_set_data(line, column, buf_text(&safe));
	buf_release(&safe);
	return done;
}

static bool
set_line(struct libscols_line *row, const struct line *line)
{
	return set_text(row, COLUMN_LABEL, line->facts.label) &&
	       set_text(row, COLUMN_KIND, span_text(facts_kind_name(line->facts.kind))) &&
	       set_text(row, COLUMN_FLAGS, span_text(line->flags)) &&
	       set_text(row, COLUMN_END, span_text(line->end)) && !buf_rc(line->subject) &&
	       !scols_line_set_data(row, COLUMN_SUBJECT, buf_text(line->subject));
}

static enum rc
add_lines(struct libscols_table *table, struct libscols_line **lines, const struct result *r)
{
	struct buf subject = BUF_INIT;
	struct line line = { .subject = &subject };
	int64_t now = env_now();
	bool good = true;

	for (size_t i = 0; good && i < r->row_count; i++) {
		fill_line(&line, &r->rows[i], r->db, now);
		lines[i] = scols_table_new_line(table, NULL);
		good = lines[i] && set_line(lines[i], &line);
	}
	buf_release(&subject);
	return good ? RC_OK : RC_NO_MEMORY;
}

/* Two CAs that certified each other are no tree: a row below itself stands at the root. */
static bool
has_parent(const struct result *r, size_t at)
{
	long up = r->rows[at].issuer;

	for (int depth = 0; depth < TREE_DEPTH_MAX; depth++) {
		if (up < 0 || (size_t)up >= r->row_count)
			return depth > 0;
		if ((size_t)up == at)
			return false;
		up = r->rows[up].issuer;
	}
	return false;
}

static enum rc
link_lines(struct libscols_line **lines, const struct result *r)
{
	for (size_t i = 0; i < r->row_count; i++) {
		if (has_parent(r, i) && scols_line_add_child(lines[r->rows[i].issuer], lines[i]))
			return RC_NO_MEMORY;
	}
	return RC_OK;
}

static enum rc
print_table(struct out *out, struct libscols_table *table)
{
	char *text = NULL;

	if (scols_print_table_to_string(table, &text) || !text)
		return RC_NO_MEMORY;
	out_text(out, text);
	if (*text && text[strlen(text) - 1] != '\n')
		out_text(out, "\n");
	free(text);
	return RC_OK;
}

enum rc
view_text_tree(const struct view *v, const struct result *r)
{
	struct libscols_line **lines = calloc(r->row_count + 1, sizeof(*lines));
	struct libscols_table *table;
	enum rc rc = RC_NO_MEMORY;

	/* The library asks the locale what may be printed; ours is UTF-8 wherever we run. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	table = scols_new_table();
	if (table && lines && add_columns(table)) {
		(void)scols_table_enable_nowrap(table, 1);
		rc = add_lines(table, lines, r);
	}
	if (!rc)
		rc = link_lines(lines, r);
	if (!rc && r->row_count)
		rc = print_table(v->out, table);
	scols_unref_table(table);
	free(lines);
	return rc;
}
