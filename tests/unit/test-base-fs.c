/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LIMIT = 1 << 20 };

static char start[4096];

/* Each test works in a folder of its own, in which it stands. */
static int
enter(void **state)
{
	const char *parent = getenv("TMPDIR");
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s/kyman-fs-XXXXXX", parent ? parent : "/tmp");
	*state = buf_steal(&name);
	return mkdtemp(*state) && chdir(*state) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	static const char *const names[] = { "a", "b", "link" };
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		(void)unlink(names[i]);
	(void)rmdir("dir");
	rc = chdir(start) == 0 && rmdir(*state) == 0 ? 0 : -1; /* nothing else may be left */
	free(*state);
	return rc;
}

static void
make_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	assert_int_equal(close(fd), 0);
}

static void
make_text(const char *path, const char *text)
{
	make_file(path, text, strlen(text));
}

/* A child that writes to a FIFO after a while, as slow process substitutions do. */
static pid_t
write_later(const char *path, const char *text)
{
	pid_t child = fork();
	int fd;

	assert_true(child >= 0);
	if (child > 0)
		return child;
	fd = open(path, O_WRONLY);
	(void)usleep(100000);
	_exit(write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1);
}

/* Puts an open file where standard input was; returns what was there. */
static int
replace_stdin(int fd)
{
	int saved = dup(STDIN_FILENO);

	assert_true(saved >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	(void)close(fd);
	return saved;
}

static void
restore_stdin(int saved)
{
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
}

static void
test_read_regular(void **state)
{
	struct buf b = BUF_INIT;
	struct fs_id id = { .inode = 0 };
	struct fs_id again;

	(void)state;
	make_text("a", "contents");
	assert_int_equal(fs_read(&b, "a", 8, &id, NULL), RC_OK);
	assert_string_equal(buf_text(&b), "contents");
	assert_int_equal(id.size, 8);
	buf_release(&b);
	assert_int_equal(fs_id_of(&again, "a"), RC_OK);
	assert_true(fs_id_unchanged(&id, &again));
	assert_int_equal(fs_read(&b, "a", 7, NULL, NULL), RC_LIMIT);
	assert_int_equal(b.size, 0);
	make_text("a", "");
	assert_int_equal(fs_read(&b, "a", 7, NULL, NULL), RC_OK);
	assert_int_equal(b.size, 0);
	buf_release(&b);
	assert_int_equal(fs_id_of(&again, "a"), RC_OK);
	assert_true(fs_id_same_file(&id, &again));
	assert_false(fs_id_unchanged(&id, &again));
	assert_int_equal(fs_id_of(&again, "b"), RC_NO_FILE);
}

/* What is read in one piece, and in more than one (its size is not told beforehand). */
static void
test_read_long(void **state)
{
	enum { SIZE = 5 * 1024 * 1024 };
	struct buf b = BUF_INIT;
	char *data = malloc(SIZE);
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		data[i] = (char)(i % 251);
	make_file("a", data, SIZE);
	assert_int_equal(fs_read(&b, "a", SIZE, NULL, NULL), RC_OK);
	assert_int_equal(b.size, SIZE);
	assert_int_equal(b.room, SIZE + 1); /* one block, not doubled */
	assert_memory_equal(b.data, data, SIZE);
	buf_release(&b);
	free(data);
	assert_int_equal(fs_read(&b, "/proc/self/status", LIMIT, NULL, NULL), RC_OK);
	assert_true(b.size > 0); /* a regular file that says it is empty */
	buf_release(&b);
}

static void
test_read_sparse_is_not_read(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make_text("a", "");
	assert_int_equal(truncate("a", (off_t)3 << 30), 0);
	assert_int_equal(fs_read(&b, "a", LIMIT, NULL, &err), RC_LIMIT);
	assert_string_equal(err.message,
			    "'a' is 3221225472 bytes long, the limit is 1048576 bytes");
	assert_null(b.data);
}

/* What a looker was shown. */
struct shown {
	unsigned char head[FS_HEAD_SIZE];
	size_t size;
	uint64_t whole;
	unsigned times;
	enum rc rc;
};

static enum rc
see(void *self, struct span head, uint64_t size, struct err *err)
{
	struct shown *s = self;

	assert_true(head.size <= sizeof(s->head));
	memcpy(s->head, head.data, head.size);
	s->size = head.size;
	s->whole = size;
	s->times++;
	return s->rc ? err_set(err, s->rc, "seen") : RC_OK;
}

static void
test_read_is_looked_at(void **state)
{
	static char data[FS_HEAD_SIZE * 3];
	struct shown shown = { .rc = RC_OK };
	struct fs_source from = { "a", (size_t)4 << 30, see, &shown };
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i % 251);
	make_file("a", data, sizeof(data));
	assert_int_equal(fs_read_from(&b, &from, NULL, &err), RC_OK);
	assert_int_equal(b.size, sizeof(data));
	assert_memory_equal(b.data, data, sizeof(data));
	assert_int_equal(shown.times, 1);
	assert_int_equal(shown.size, FS_HEAD_SIZE);
	assert_int_equal(shown.whole, sizeof(data));
	assert_memory_equal(shown.head, data, FS_HEAD_SIZE);
	buf_release(&b);
	/* What is whole at the first read is for those who read it. */
	assert_int_equal(truncate("a", FS_HEAD_SIZE), 0);
	assert_int_equal(fs_read_from(&b, &from, NULL, &err), RC_OK);
	assert_int_equal(b.size, FS_HEAD_SIZE);
	assert_int_equal(shown.times, 1);
	buf_release(&b);
	/* The rest is not read, and no room made for it. */
	assert_int_equal(truncate("a", (off_t)3 << 30), 0);
	shown.rc = RC_DAMAGED;
	assert_int_equal(fs_read_from(&b, &from, NULL, &err), RC_DAMAGED);
	assert_string_equal(err.message, "seen");
	assert_int_equal(shown.whole, (uint64_t)3 << 30);
	assert_null(b.data);
	/* The limit comes first. */
	from.limit = LIMIT;
	assert_int_equal(fs_read_from(&b, &from, NULL, &err), RC_LIMIT);
	assert_int_equal(shown.times, 2);
}

static void
test_read_refuses(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "b" };
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(fs_read(&b, "a", LIMIT, NULL, &err), RC_NO_FILE);
	assert_string_equal(err.message, "cannot open 'a': no such file");
	assert_int_equal(fs_read(&b, ".", LIMIT, NULL, &err), RC_IO);
	assert_string_equal(err.message, "cannot read '.': it is a folder");
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fs_read(&b, "b", LIMIT, NULL, &err), RC_IO);
	assert_string_equal(err.message, "cannot read 'b': it is a socket");
	(void)close(fd);
	assert_int_equal(symlink("link", "link"), 0);
	assert_int_equal(fs_read(&b, "link", LIMIT, NULL, &err), RC_IO);
	assert_string_equal(err.message, "cannot open 'link': too many symbolic links");
	make_text("a", "x");
	assert_int_equal(fs_read(&b, "a/x", LIMIT, NULL, &err), RC_NO_FILE);
}

/* In a child that is nobody, since root may read everything. */
static void
test_read_refuses_what_is_not_ours(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	int status = 0;
	pid_t child;

	(void)state;
	make_text("a", "x");
	assert_int_equal(chmod("a", 0), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
			_exit(1);
		if (fs_read(&b, "a", LIMIT, NULL, &err) != RC_IO)
			_exit(2);
		_exit(strcmp(err.message, "cannot open 'a': permission denied") ? 3 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
test_read_devices(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fs_read(&b, "/dev/null", LIMIT, NULL, NULL), RC_OK);
	assert_int_equal(b.size, 0);
	assert_int_equal(fs_read(&b, "/dev/zero", LIMIT, NULL, &err), RC_LIMIT);
	assert_string_equal(err.message, "'/dev/zero' is longer than the limit of 1048576 bytes");
}

static void
test_read_fifo(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	struct secret *line;
	pid_t child;

	(void)state;
	assert_int_equal(mkfifo("a", 0600), 0);
	assert_int_equal(fs_read(&b, "a", LIMIT, NULL, &err), RC_IO);
	assert_string_equal(err.message, "cannot read 'a': nobody writes to it");
	assert_int_equal(fs_read_line(&line, "a", 10, &err), RC_IO);
	assert_string_equal(err.message, "cannot read 'a': nobody writes to it");
	child = write_later("a", "slow");
	(void)usleep(50000); /* so that it waits in open */
	assert_int_equal(fs_read(&b, "a", LIMIT, NULL, &err), RC_OK);
	assert_string_equal(buf_text(&b), "slow");
	buf_release(&b);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

/* What a shell makes of <(command): the writer may be gone, with data behind it or with none. */
static void
test_read_pipe_by_name(void **state)
{
	static const char *const texts[] = { "data", "" };
	struct buf b = BUF_INIT;
	char name[32];
	int ends[2];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], texts[i], strlen(texts[i])),
				 (ssize_t)strlen(texts[i]));
		(void)close(ends[1]);
		(void)snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
		assert_int_equal(fs_read(&b, name, LIMIT, NULL, NULL), RC_OK);
		assert_string_equal(buf_text(&b), texts[i]);
		buf_release(&b);
		(void)close(ends[0]);
	}
}

static void
test_read_stdin(void **state)
{
	struct buf b = BUF_INIT;
	struct secret *line;
	int ends[2];
	int saved;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "one\ntwo", 7), 7);
	(void)close(ends[1]);
	saved = replace_stdin(ends[0]);
	assert_int_equal(fs_read_line(&line, "-", 10, NULL), RC_OK);
	assert_true(span_equal(secret_span(line), span_text("one")));
	secret_free(&line);
	assert_int_equal(fs_read(&b, "-", LIMIT, NULL, NULL), RC_OK);
	assert_string_equal(buf_text(&b), "two"); /* what was behind the line is still there */
	assert_int_equal(fs_read_line(&line, "-", 10, NULL), RC_CANCELLED);
	assert_null(line);
	restore_stdin(saved);
	buf_release(&b);
}

static void
test_read_line(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		enum rc rc;
		const char *line;
	} rows[] = {
		{ "a line", "abc\n", RC_OK, "abc" },
		{ "no line end", "abc", RC_OK, "abc" },
		{ "two lines", "abc\ndef\n", RC_OK, "abc" },
		{ "CRLF", "abc\r\nx", RC_OK, "abc" },
		{ "one CR of two", "abc\r\r\n", RC_OK, "abc\r" },
		{ "a CR that ends no line", "a\rb", RC_OK, "a\rb" },
		{ "blanks stay", "  a \n", RC_OK, "  a " },
		{ "an empty line", "\n", RC_OK, "" },
		{ "an empty line of CRLF", "\r\n", RC_OK, "" },
		{ "an empty file", "", RC_OK, "" },
		{ "just the limit", "12345678\n", RC_OK, "12345678" },
		{ "just the limit, CRLF", "12345678\r\n", RC_OK, "12345678" },
		{ "just the limit, no end", "12345678", RC_OK, "12345678" },
		{ "one over", "123456789\n", RC_LIMIT, NULL },
		{ "one over, no end", "123456789", RC_LIMIT, NULL },
		{ "many over", "12345678901234567890\n", RC_LIMIT, NULL },
	};
	struct secret *line;
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make_text("a", rows[i].text);
		if (fs_read_line(&line, "a", 8, &err) != rows[i].rc)
			fail_msg("%s", rows[i].why);
		if (rows[i].line)
			assert_true(span_equal(secret_span(line), span_text(rows[i].line)));
		else
			assert_string_equal(err.message, "the line in 'a' is longer than 8 bytes");
		secret_free(&line);
	}
	assert_int_equal(fs_read_line(&line, "b", 8, &err), RC_NO_FILE);
	assert_int_equal(fs_read_line_fd(&line, -1, "b", 8, &err), RC_IO);
	assert_int_equal(fs_read_line_fd(&line, 0, "b", SIZE_MAX, &err), RC_LIMIT);
	assert_null(line);
}

static void
test_kinds(void **state)
{
	(void)state;
	make_text("a", "");
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(mkfifo("b", 0600), 0);
	assert_int_equal(fs_kind("a", true), FS_REGULAR);
	assert_int_equal(fs_kind("link", true), FS_LINK);
	assert_int_equal(fs_kind("link", false), FS_REGULAR);
	assert_int_equal(fs_kind("b", false), FS_FIFO);
	assert_int_equal(fs_kind(".", false), FS_FOLDER);
	assert_int_equal(fs_kind("/dev/null", false), FS_DEVICE);
	assert_int_equal(fs_kind("none", false), FS_NONE);
	assert_true(fs_same("a", "link"));
	assert_false(fs_same("a", "b"));
	assert_false(fs_same("a", "none"));
	assert_string_equal(fs_words(ENOSPC), "no space is left on the device");
	assert_true(strlen(fs_words(EXDEV)) > 0);
}

static void
test_owner(void **state)
{
	struct fs_owner owner;

	(void)state;
	make_text("a", "");
	assert_int_equal(chmod("a", 0640), 0);
	assert_int_equal(fs_owner_of(&owner, "a"), RC_OK);
	assert_int_equal(owner.mode, 0640);
	assert_int_equal(owner.uid, geteuid());
	assert_int_equal(fs_owner_of(&owner, "b"), RC_NO_FILE);
}

static void
test_names(void **state)
{
	static const struct {
		const char *path;
		const char *name;
		const char *stash;
	} rows[] = {
		{ "web.p12", "web.p12", "web.sth" },
		{ "dir.d/web", "web", "dir.d/web.sth" },
		{ "/a/web.old.p12", "web.old.p12", "/a/web.old.sth" },
		{ "/a/.hidden", ".hidden", "/a/.hidden.sth" },
		{ "a.", "a.", "a.sth" },
	};
	size_t i;
	char *made;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_string_equal(fs_base_name(rows[i].path), rows[i].name);
		made = fs_with_suffix(rows[i].path, ".sth");
		assert_string_equal(made, rows[i].stash);
		free(made);
	}
}

/* The folder itself may be reached by a link (a temporary folder often is), so it is asked. */
static void
test_resolve(void **state)
{
	static const struct {
		const char *path;
		const char *real; /* behind the folder */
	} rows[] = {
		{ "a", "/a" },       { "dir/../a", "/a" },  { "link", "/dir/f" },
		{ "none", "/none" }, { "dir/g", "/dir/g" }, { ".", "" },
	};
	char *here = realpath(".", NULL);
	struct err err = ERR_INIT;
	char *real;
	size_t i;

	(void)state;
	make_text("a", "");
	assert_int_equal(mkdir("dir", 0700), 0);
	assert_int_equal(symlink("dir/f", "link"), 0); /* to what is not there yet */
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(fs_resolve(&real, rows[i].path, &err), RC_OK);
		assert_memory_equal(real, here, strlen(here));
		assert_string_equal(real + strlen(here), rows[i].real);
		assert_true(fs_leads_to(rows[i].path, real));
		assert_int_equal(fs_leads_to("dir/../a", real), strcmp(rows[i].real, "/a") == 0);
		assert_false(fs_leads_to("none/a", real));
		free(real);
	}
	free(here);
	assert_int_equal(fs_resolve(&real, "none/a", &err), RC_NO_FILE);
	assert_string_equal(err.message, "the folder of 'none/a' does not exist");
	assert_int_equal(fs_resolve(&real, "none/", &err), RC_NO_FILE);
	assert_int_equal(fs_resolve(&real, "/kyman-none", &err), RC_OK);
	assert_string_equal(real, "/kyman-none");
	free(real);
}

static void
test_resolve_links(void **state)
{
	struct err err = ERR_INIT;
	char name[32];
	int ends[2];
	char *real;

	(void)state;
	assert_int_equal(symlink("link", "link"), 0);
	assert_int_equal(fs_resolve(&real, "link", &err), RC_IO);
	assert_null(real);
	assert_int_equal(symlink("/none/such", "b"), 0);
	assert_int_equal(fs_resolve(&real, "b", &err), RC_NO_FILE);
	/* A pipe has no path; its name by way of /dev/fd is as good as any. */
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	assert_int_equal(fs_resolve(&real, name, &err), RC_OK);
	assert_string_equal(real, name);
	free(real);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
test_create_private(void **state)
{
	struct stat st;
	mode_t mask = umask(0);
	int fd = fs_create_private("a");

	(void)state;
	(void)umask(mask);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(close(fd), 0);
	/* Never what is there, be it a link that leads nowhere. */
	assert_int_equal(fs_create_private("a"), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(symlink("b", "link"), 0);
	assert_int_equal(fs_create_private("link"), -1);
	assert_int_equal(fs_create_private("nowhere/a"), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read_regular, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_long, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_sparse_is_not_read, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_is_looked_at, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_refuses, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_refuses_what_is_not_ours, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_devices, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_fifo, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_pipe_by_name, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_stdin, enter, leave),
		cmocka_unit_test_setup_teardown(test_read_line, enter, leave),
		cmocka_unit_test_setup_teardown(test_kinds, enter, leave),
		cmocka_unit_test_setup_teardown(test_owner, enter, leave),
		cmocka_unit_test_setup_teardown(test_names, enter, leave),
		cmocka_unit_test_setup_teardown(test_create_private, enter, leave),
		cmocka_unit_test_setup_teardown(test_resolve, enter, leave),
		cmocka_unit_test_setup_teardown(test_resolve_links, enter, leave),
	};

	if (!getcwd(start, sizeof(start)))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
