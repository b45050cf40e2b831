/* Every operation of the words grammar: one constant each, listed by op_all (src/op/op.c). */
#ifndef OP_OPS_H
#define OP_OPS_H

#include "op/op.h"

extern const struct op op_db_create;
extern const struct op op_db_convert;
extern const struct op op_db_show;
extern const struct op op_db_passwd;
extern const struct op op_db_record_length;
extern const struct op op_db_stash;
extern const struct op op_db_delete;

extern const struct op op_cert_create;
extern const struct op op_cert_list;
extern const struct op op_cert_show;
extern const struct op op_cert_add;
extern const struct op op_cert_import;
extern const struct op op_cert_receive;
extern const struct op op_cert_export;
extern const struct op op_cert_renew;
extern const struct op op_cert_verify;
extern const struct op op_cert_trust;
extern const struct op op_cert_default;
extern const struct op op_cert_rename;
extern const struct op op_cert_copy;
extern const struct op op_cert_delete;

extern const struct op op_csr_create;
extern const struct op op_csr_renew;
extern const struct op op_csr_sign;
extern const struct op op_csr_list;
extern const struct op op_csr_show;
extern const struct op op_csr_export;
extern const struct op op_csr_rename;
extern const struct op op_csr_delete;

extern const struct op op_secret_create;
extern const struct op op_secret_add;
extern const struct op op_secret_export;

extern const struct op op_param_create;

extern const struct op op_show;
extern const struct op op_script;

/* Runs show on one file, for what can be told without a passphrase: result, which is empty before,
 * has one file. */
NODISCARD enum rc show_look(struct result *result, const char *path, struct err *err);

#endif
