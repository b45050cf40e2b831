/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/secret-source.h"

#include "base/env.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind {
	SOURCE_PROMPT,
	SOURCE_STASH,
	SOURCE_ENV,
	SOURCE_FILE,
	SOURCE_FD,
	SOURCE_STDIN,
	SOURCE_CRED,
	SOURCE_GEN,
	SOURCE_GEN_PATH,
	SOURCE_NONE,
};

/* What a name ending in a colon is followed by is its value. */
static const struct {
	const char *name;
	enum kind kind;
} sources[] = {
	{ "prompt", SOURCE_PROMPT }, { "stash", SOURCE_STASH }, { "env:", SOURCE_ENV },
	{ "file:", SOURCE_FILE },    { "fd:", SOURCE_FD },      { "stdin", SOURCE_STDIN },
	{ "cred:", SOURCE_CRED },    { "gen", SOURCE_GEN },     { "gen:", SOURCE_GEN_PATH },
	{ "none", SOURCE_NONE },
};

#define SOURCES "prompt, stash, env:NAME, file:PATH, fd:N, stdin, cred:NAME, gen, gen:PATH, none"

/* A value that no file, variable or descriptor can have. */
static bool
value_fits(enum kind kind, const char *value)
{
	uint64_t number;

	switch (kind) {
	case SOURCE_FD:
		return text_number(&number, value, INT_MAX) == RC_OK;
	case SOURCE_CRED:
		return *value && !strchr(value, '/') && strcmp(value, ".") != 0 &&
		       strcmp(value, "..") != 0;
	case SOURCE_ENV:
		return *value && !strchr(value, '=');
	default:
		return *value != '\0';
	}
}

/* Takes text apart; *value is what stands behind the colon. */
static bool
parse(const char *text, enum kind *kind, const char **value)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		const char *name = sources[i].name;
		size_t size = strlen(name);
		bool takes = name[size - 1] == ':';

		if (strncmp(text, name, size) != 0 || (!takes && text[size]))
			continue;
		*kind = sources[i].kind;
		*value = text + size;
		return !takes || value_fits(*kind, *value);
	}
	return false;
}

enum rc
secret_source_check(const char *text, struct err *err)
{
	const char *value;
	enum kind kind;

	if (parse(text, &kind, &value))
		return RC_OK;
	(void)err_set(err, RC_USAGE, "what was given is no source of a passphrase");
	return err_hint(err, "the sources are " SOURCES "; a passphrase itself never stands on the "
			     "command line");
}

bool
secret_source_is_plain(const char *text)
{
	const char *value;
	enum kind kind;

	return parse(text, &kind, &value) && kind != SOURCE_PROMPT && kind != SOURCE_STASH &&
	       kind != SOURCE_GEN && kind != SOURCE_GEN_PATH;
}

bool
secret_source_is_stdin(const char *text)
{
	return strcmp(text, "stdin") == 0 || strcmp(text, "fd:0") == 0;
}

static enum rc
not_to_be_had(const struct secret_wish *wish, struct err *err)
{
	if (wish->file) {
		(void)err_set(err, RC_NO_SECRET, "no passphrase for '%s', and nobody to ask",
			      ESC(wish->file));
	} else {
		(void)err_set(err, RC_NO_SECRET, "no passphrase for %s, and nobody to ask",
			      wish->option);
	}
	return err_hint(err,
			"say where it comes from: %s env:NAME, file:PATH, fd:N, stdin or "
			"cred:NAME",
			wish->option);
}

/* A source that gave nothing: why, and what it was for. */
static enum rc
no_secret(const struct secret_wish *wish, struct err *err)
{
	if (err)
		(void)err_set(err, RC_NO_SECRET, "%s: %s", wish->option, err->message);
	return RC_NO_SECRET;
}

static enum rc
from_prompt(struct secret **secret, const struct secret_wish *wish, struct err *err)
{
	const struct asker *asker = wish->asker;
	struct secret_question question = { .option = wish->option, .is_new = wish->is_new };
	struct buf prompt = BUF_INIT;
	enum rc rc;

	if (!asker)
		return not_to_be_had(wish, err);
	buf_put_text(&prompt, wish->is_new ? "New passphrase" : "Passphrase");
	if (wish->file)
		buf_printf(&prompt, " of '%s'", ESC(wish->file));
	question.prompt = buf_text(&prompt);
	rc = buf_rc(&prompt);
	if (!rc)
		rc = asker->secret(asker->self, &question, secret, err);
	buf_release(&prompt);
	if (rc == RC_NO_SECRET && !(err && err->message[0]))
		return not_to_be_had(wish, err);
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
from_stash(struct secret **secret, const struct secret_wish *wish, struct err *err)
{
	enum rc rc;

	if (!wish->file || wish->is_new)
		return err_set(err, RC_USAGE, "%s: there is no stash for this one", wish->option);
	rc = store_stash_load(secret, wish->file, err);
	if (!rc || rc == RC_NO_MEMORY)
		return rc;
	if (wish->source)
		return no_secret(wish, err);
	/* Nobody gave an option. */
	if (err)
		err->rc = RC_NO_SECRET;
	return RC_NO_SECRET;
}

static enum rc
from_env(struct secret **secret, const char *name, const struct secret_wish *wish, struct err *err)
{
	const char *value = env_get(name);
	enum rc rc;

	if (!value) {
		(void)err_set(err, RC_NO_SECRET, "%s: the environment has no %s", wish->option,
			      ESC(name));
		return err_hint(err, "a variable is taken once: it is wiped after reading");
	}
	rc = secret_from(secret, span_text(value));
	env_wipe(name);
	return rc ? err_default(err, rc) : RC_OK;
}

/* What reading a line said, in terms of the option. */
static enum rc
line_result(enum rc rc, const struct secret_wish *wish, struct err *err)
{
	if (!rc || rc == RC_NO_MEMORY)
		return rc;
	(void)no_secret(wish, err);
	if (rc == RC_LIMIT && err)
		err->rc = RC_USAGE;
	return rc == RC_LIMIT ? RC_USAGE : RC_NO_SECRET;
}

static enum rc
from_fd(struct secret **secret, const char *number, const struct secret_wish *wish, struct err *err)
{
	char name[] = "descriptor 2147483647";
	uint64_t fd = 0;

	if (text_number(&fd, number, INT_MAX))
		return secret_source_check("", err);
	(void)snprintf(name, sizeof(name), "descriptor %d", (int)fd);
	return line_result(fs_read_line_fd(secret, (int)fd, name, SECRET_LINE_MAX, err), wish, err);
}

static enum rc
from_cred(struct secret **secret, const char *name, const struct secret_wish *wish, struct err *err)
{
	const char *folder = env_get("CREDENTIALS_DIRECTORY");
	struct buf path = BUF_INIT;
	enum rc rc;

	if (!folder || !*folder)
		return err_set(err, RC_NO_SECRET, "%s: CREDENTIALS_DIRECTORY is not set",
			       wish->option);
	buf_printf(&path, "%s/%s", folder, name);
	rc = buf_rc(&path);
	if (rc)
		return err_default(err, rc);
	rc = line_result(fs_read_line(secret, buf_text(&path), SECRET_LINE_MAX, err), wish, err);
	buf_release(&path);
	return rc;
}

/* Characters of 62, each as likely: bytes from 248 on are thrown away. */
static enum rc
generate(struct secret **secret)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const unsigned count = sizeof(letters) - 1;
	unsigned char byte;
	size_t at = 0;
	enum rc rc = secret_new(secret, SECRET_GEN_LENGTH);

	while (!rc && at < SECRET_GEN_LENGTH) {
		rc = env_random(&byte, 1);
		if (!rc && byte < 256 / count * count)
			secret_data(*secret)[at++] = (unsigned char)letters[byte % count];
	}
	explicit_bzero(&byte, 1);
	if (rc)
		secret_free(secret);
	return rc;
}

/* The file that a generated passphrase goes to: one line, as file:PATH reads it. */
static enum rc
add_file(struct result *result, const char *path, const struct secret *secret)
{
	size_t size = secret_size(secret);
	struct secret *line = NULL;
	enum rc rc = secret_new(&line, size + 1);

	if (rc)
		return rc;
	memcpy(secret_data(line), secret_span(secret).data, size);
	secret_data(line)[size] = '\n';
	rc = result_secret_output(result, path, &line);
	if (!rc)
		result->outputs[result->output_count - 1].is_new = true;
	return rc;
}

static enum rc
from_gen(struct secret **secret, const char *path, const struct secret_wish *wish, struct err *err)
{
	enum rc rc;

	if (!wish->is_new)
		return err_set(err, RC_USAGE, "%s: gen makes a new passphrase, and this one exists",
			       wish->option);
	if (!path && !wish->may_generate_alone) {
		(void)err_set(err, RC_USAGE,
			      "%s: gen alone is for db create --stash: else nobody "
			      "would ever know the passphrase",
			      wish->option);
		return err_hint(err, "gen:PATH writes it to a new file");
	}
	rc = generate(secret);
	if (!rc && path)
		rc = add_file(wish->result, path, *secret);
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
check_read(const struct secret *secret, enum kind kind, const struct secret_wish *wish,
	   struct err *err)
{
	size_t max = wish->max ? wish->max : SECRET_LINE_MAX;
	size_t size = secret_size(secret);
	bool asked = kind == SOURCE_PROMPT || kind == SOURCE_STASH;

	if (!size && (!asked || (wish->is_new && kind == SOURCE_PROMPT))) {
		(void)err_set(err, RC_NO_SECRET, "%s: the passphrase is empty", wish->option);
		return err_hint(err, "where none is wanted, say %s none", wish->option);
	}
	if (size > max)
		return err_set(err, RC_USAGE, "%s: the passphrase has %zu bytes, the limit is %zu",
			       wish->option, size, max);
	if (!text_is_utf8(secret_span(secret)))
		return err_set(err, RC_USAGE, "%s: the passphrase is not UTF-8", wish->option);
	if (size && memchr(secret_span(secret).data, 0, size))
		return err_set(err, RC_USAGE, "%s: the passphrase has a NUL in it", wish->option);
	return RC_OK;
}

enum rc
secret_source_check_typed(const struct secret *secret, const struct secret_wish *wish,
			  struct err *err)
{
	return secret ? check_read(secret, SOURCE_PROMPT, wish, err) : RC_OK;
}

static enum rc
read_from(struct secret **secret, enum kind kind, const char *value, const struct secret_wish *wish,
	  struct err *err)
{
	switch (kind) {
	case SOURCE_STASH:
		return from_stash(secret, wish, err);
	case SOURCE_ENV:
		return from_env(secret, value, wish, err);
	case SOURCE_FILE:
		return line_result(fs_read_line(secret, value, SECRET_LINE_MAX, err), wish, err);
	case SOURCE_FD:
		return from_fd(secret, value, wish, err);
	case SOURCE_STDIN:
		return line_result(
		    fs_read_line_fd(secret, STDIN_FILENO, "standard input", SECRET_LINE_MAX, err),
		    wish, err);
	case SOURCE_CRED:
		return from_cred(secret, value, wish, err);
	default:
		return err_default(err, RC_INTERNAL);
	}
}

/* The source that was given, else the default. */
static enum rc
choose(const struct secret_wish *wish, enum kind *kind, const char **value, struct err *err)
{
	bool stashed = wish->stash_default && wish->file && store_has_stash(wish->file);

	*kind = stashed ? SOURCE_STASH : SOURCE_PROMPT;
	if (!wish->source || parse(wish->source, kind, value))
		return RC_OK;
	return secret_source_check(wish->source, err);
}

enum rc
secret_source_read(struct secret **secret, bool *generated, const struct secret_wish *wish,
		   struct err *err)
{
	enum kind kind = SOURCE_NONE;
	const char *value = NULL;
	enum rc rc = choose(wish, &kind, &value, err);

	*secret = NULL;
	if (generated)
		*generated = kind == SOURCE_GEN || kind == SOURCE_GEN_PATH;
	if (rc || kind == SOURCE_NONE)
		return rc;
	if (kind == SOURCE_GEN || kind == SOURCE_GEN_PATH)
		rc = from_gen(secret, kind == SOURCE_GEN ? NULL : value, wish, err);
	else if (kind == SOURCE_PROMPT)
		rc = from_prompt(secret, wish, err);
	else
		rc = read_from(secret, kind, value, wish, err);
	if (!rc)
		rc = check_read(*secret, kind, wish, err);
	if (rc)
		secret_free(secret);
	return rc;
}
