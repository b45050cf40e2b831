/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results as JSON: the objects of commands.md section 4, keys in its order. */
#include "op/facts.h"
#include "store/store.h"
#include "ui/view.h"

static void
put_warnings(struct json *j, const char *key, const struct warnings *w)
{
	json_put_key(j, key);
	json_put_array(j);
	for (size_t i = 0; i < w->count; i++) {
		json_put_object(j);
		json_put_key(j, "code");
		json_put_text(j, w->items[i].code);
		json_put_key(j, "message");
		json_put_text(j, w->items[i].message);
		json_put_object_end(j);
	}
	json_put_array_end(j);
}

/* What only looks has a place for warnings only when there are any. */
static void
put_warnings_of_reader(struct json *j, const struct result *r)
{
	if (r->warnings.count)
		put_warnings(j, "warnings", &r->warnings);
}

static void
put_rows(struct json *j, const struct row *rows, size_t count, const struct kdb *db)
{
	struct view_entries ve = { .json = j, .db = db };

	json_put_array(j);
	view_json_entries(&ve, &(struct view_rows){ rows, count, db });
	json_put_array_end(j);
	view_entries_release(&ve);
}

static void
put_diff(struct json *j, const char *key, const struct diff_list *list, const struct kdb *db)
{
	struct view_entries ve = { .json = j, .db = db };
	struct row row;

	json_put_key(j, key);
	json_put_array(j);
	for (size_t i = 0; i < list->count; i++) {
		row = (struct row){ .entry = list->items[i].entry,
				    .request = list->items[i].request };
		view_json_entry(&ve, &row, 0);
	}
	json_put_array_end(j);
	view_entries_release(&ve);
}

static void
put_names(struct json *j, const char *key, const struct names *names)
{
	json_put_key(j, key);
	json_put_array(j);
	for (size_t i = 0; i < names->count; i++)
		json_put_text(j, names->items[i]);
	json_put_array_end(j);
}

/* What csr sign made; it has no label, being nobody's entry. */
static void
put_issued(struct json *j, const struct result *r)
{
	const struct entry issued = { .kind = ENTRY_CERT,
				      .cert = { .span = buf_span(&r->issued) } };
	const struct row row = { .entry = &issued };
	struct view_entries ve = { .json = j };

	json_put_key(j, "issued");
	view_json_entry(&ve, &row, 0);
	view_entries_release(&ve);
}

static void
put_change(struct json *j, const struct result *r)
{
	json_put_key(j, "changed");
	json_put_bool(j, r->changed);
	json_put_key(j, "dry_run");
	json_put_bool(j, r->dry_run);
	put_diff(j, "added", &r->diff.added, r->db);
	put_diff(j, "replaced", &r->diff.replaced, r->db);
	put_diff(j, "removed", &r->diff.removed, &r->before);
	put_names(j, "files", &r->files);
	put_warnings(j, "warnings", &r->warnings);
	if (r->has_issued)
		put_issued(j, r);
}

static void
put_database(struct json *j, const struct result *r)
{
	json_put_key(j, "database");
	json_put_text(j, r->database);
}

static void
put_list(struct json *j, const struct result *r)
{
	put_database(j, r);
	json_put_key(j, "type");
	json_put_text(j, r->type);
	json_put_key(j, "verified");
	json_put_bool(j, r->verified);
	json_put_key(j, "entries");
	put_rows(j, r->rows, r->row_count, r->db);
	put_warnings_of_reader(j, r);
}

static void
put_entry(struct json *j, const struct result *r)
{
	struct view_entries ve = { .json = j, .db = r->db };

	put_database(j, r);
	json_put_key(j, "entry");
	if (r->row_count)
		view_json_entry(&ve, &r->rows[0], VIEW_MORE | (r->with_pem ? VIEW_PEM : 0));
	else
		json_put_null(j);
	json_put_key(j, "verified");
	json_put_bool(j, r->verified);
	put_warnings_of_reader(j, r);
	view_entries_release(&ve);
}

static void
put_count(struct json *j, const char *key, size_t count)
{
	json_put_key(j, key);
	json_put_number(j, count);
}

static void
put_counts(struct json *j, const struct kdb *db)
{
	json_put_key(j, "counts");
	json_put_object(j);
	put_count(j, "keys", kdb_count(db, ENTRY_KEY));
	put_count(j, "certs", kdb_count(db, ENTRY_CERT));
	put_count(j, "requests", db->request_count);
	put_count(j, "secrets", kdb_count(db, ENTRY_SECRET));
	json_put_object_end(j);
}

static void
put_default(struct json *j, const struct kdb *db)
{
	json_put_key(j, "default");
	if (db && db->default_entry)
		json_put_span(j, entry_label(db->default_entry));
	else
		json_put_null(j);
}

/* A number that is absent when zero. */
static void
put_some(struct json *j, const char *key, uint64_t number)
{
	json_put_key(j, key);
	if (number)
		json_put_number(j, number);
	else
		json_put_null(j);
}

static void
put_db_show(struct json *j, const struct result *r)
{
	const struct kdb *db = r->db;

	put_database(j, r);
	json_put_key(j, "type");
	json_put_text(j, r->type);
	json_put_key(j, "version");
	json_put_number(j, db->version);
	put_counts(j, db);
	put_default(j, db);
	json_put_key(j, "password_expires");
	if (db->expires)
		json_put_time(j, db->expires);
	else
		json_put_null(j);
	put_some(j, "record_length", db->record_length);
	json_put_key(j, "fips");
	json_put_bool(j, db->fips);
	put_some(j, "iterations", db->iterations);
	json_put_key(j, "stash");
	json_put_text(j, stash_state_name((enum stash_state)r->stash));
	json_put_key(j, "verified");
	json_put_bool(j, r->verified);
	put_warnings_of_reader(j, r);
}

static void
put_verify(struct json *j, const struct result *r)
{
	json_put_key(j, "label");
	json_put_text(j, r->verify_label);
	json_put_key(j, "valid");
	json_put_bool(j, r->verify.valid);
	put_names(j, "path", &r->verify_path);
	json_put_key(j, "reasons");
	json_put_array(j);
	if (!r->verify.valid) {
		json_put_object(j);
		json_put_key(j, "code");
		json_put_text(j, r->verify.code);
		json_put_key(j, "message");
		json_put_text(j, r->verify.reason);
		json_put_object_end(j);
	}
	json_put_array_end(j);
	json_put_key(j, "weak");
	json_put_bool(j, r->verify.weak);
	put_warnings_of_reader(j, r);
}

static void
put_file(struct json *j, const struct shown_file *file)
{
	json_put_object(j);
	json_put_key(j, "file");
	json_put_text(j, file->file);
	json_put_key(j, "format");
	json_put_text(j, file->format);
	json_put_key(j, "encoding");
	json_put_text(j, file->encoding);
	json_put_key(j, "locked");
	json_put_bool(j, file->locked);
	json_put_key(j, "entries");
	put_rows(j, file->rows, file->row_count, &file->db);
	put_warnings(j, "problems", &file->problems);
	json_put_key(j, "error");
	if (file->error.rc)
		view_json_error_value(j, &file->error);
	else
		json_put_null(j);
	put_warnings(j, "notes", &file->notes);
	json_put_object_end(j);
}

static void
put_files(struct json *j, const struct result *r)
{
	json_put_key(j, "files");
	json_put_array(j);
	for (size_t i = 0; i < r->shown_count; i++)
		put_file(j, &r->shown[i]);
	json_put_array_end(j);
	put_warnings_of_reader(j, r);
}

static void
put_text(struct json *j, const struct result *r)
{
	json_put_key(j, "text");
	json_put_buf(j, &r->text);
}

static void
put_cert_default(struct json *j, const struct result *r)
{
	put_default(j, r->db);
	put_warnings_of_reader(j, r);
}

static void
put_head(struct json *j)
{
	json_put_object(j);
	json_put_key(j, "schema");
	json_put_number(j, 1);
}

void
view_json_object(const struct view *v, const struct result *r)
{
	static void (*const puts_of[])(struct json *, const struct result *) = {
		[RESULT_CHANGE] = put_change,        [RESULT_LIST] = put_list,
		[RESULT_ENTRY] = put_entry,          [RESULT_DATABASE] = put_db_show,
		[RESULT_DEFAULT] = put_cert_default, [RESULT_VERIFY] = put_verify,
		[RESULT_FILES] = put_files,          [RESULT_TEXT] = put_text,
	};
	struct json j = { .out = v->out };

	put_head(&j);
	puts_of[r->kind](&j, r);
	json_put_object_end(&j);
}

void
view_json(const struct view *v, const struct result *r)
{
	view_json_object(v, r);
	out_text(v->out, "\n");
}

void
view_json_results(struct out *out)
{
	struct json j = { .out = out };

	put_head(&j);
	json_put_key(&j, "results");
	json_put_array(&j);
}

void
view_json_results_end(struct out *out, const struct warnings *warnings)
{
	struct json j = { .out = out };

	json_put_array_end(&j);
	put_warnings(&j, "warnings", warnings);
	json_put_object_end(&j);
	out_text(out, "\n");
}

void
view_json_error_value(struct json *j, const struct err *err)
{
	json_put_object(j);
	json_put_key(j, "status");
	json_put_number(j, (uint64_t)rc_status(err->rc));
	json_put_key(j, "code");
	json_put_text(j, rc_code(err->rc));
	json_put_key(j, "message");
	json_put_text(j, err->message[0] ? err->message : rc_text(err->rc));
	json_put_key(j, "hint");
	json_put_text(j, err->hint[0] ? err->hint : NULL);
	json_put_object_end(j);
}

void
view_json_error(const struct view *v, const struct err *err)
{
	struct json j = { .out = v->notes };

	put_head(&j);
	json_put_key(&j, "error");
	view_json_error_value(&j, err);
	json_put_object_end(&j);
	out_text(v->notes, "\n");
}
