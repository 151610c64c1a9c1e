/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* What query.c needs of DuckDB's C API, for libraries that come without
   duckdb.h, such as those in npm's packages. Programs that have duckdb.h
   include that instead. */
#ifndef DUCKDB_API_H
#define DUCKDB_API_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t idx_t;
typedef enum { DuckDBSuccess = 0, DuckDBError = 1 } duckdb_state;
typedef enum { DUCKDB_TYPE_FLOAT = 10 } duckdb_type;
typedef struct duckdb_database_ *duckdb_database;
typedef struct duckdb_connection_ *duckdb_connection;
typedef struct duckdb_logical_type_ *duckdb_logical_type;
typedef struct duckdb_scalar_function_ *duckdb_scalar_function;
typedef struct duckdb_function_info_ *duckdb_function_info;
typedef struct duckdb_data_chunk_ *duckdb_data_chunk;
typedef struct duckdb_vector_ *duckdb_vector;
typedef struct {
  idx_t deprecated[3];
  void *deprecated_columns;
  char *deprecated_error_message;
  void *internal_data;
} duckdb_result;
typedef void (*duckdb_scalar_function_t)(duckdb_function_info info,
                                         duckdb_data_chunk input,
                                         duckdb_vector output);

duckdb_state duckdb_open(const char *path, duckdb_database *database);
void duckdb_close(duckdb_database *database);
duckdb_state duckdb_connect(duckdb_database database,
                            duckdb_connection *connection);
void duckdb_disconnect(duckdb_connection *connection);

duckdb_logical_type duckdb_create_logical_type(duckdb_type type);
duckdb_logical_type duckdb_create_array_type(duckdb_logical_type element,
                                             idx_t size);
void duckdb_destroy_logical_type(duckdb_logical_type *type);

duckdb_scalar_function duckdb_create_scalar_function(void);
void duckdb_destroy_scalar_function(duckdb_scalar_function *function);
void duckdb_scalar_function_set_name(duckdb_scalar_function function,
                                     const char *name);
void duckdb_scalar_function_add_parameter(duckdb_scalar_function function,
                                          duckdb_logical_type type);
void duckdb_scalar_function_set_return_type(duckdb_scalar_function function,
                                            duckdb_logical_type type);
void duckdb_scalar_function_set_function(duckdb_scalar_function function,
                                         duckdb_scalar_function_t pointer);
duckdb_state duckdb_register_scalar_function(duckdb_connection connection,
                                             duckdb_scalar_function function);

idx_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
duckdb_vector duckdb_data_chunk_get_vector(duckdb_data_chunk chunk,
                                           idx_t column);
duckdb_vector duckdb_array_vector_get_child(duckdb_vector vector);
void *duckdb_vector_get_data(duckdb_vector vector);
uint64_t *duckdb_vector_get_validity(duckdb_vector vector);
void duckdb_vector_ensure_validity_writable(duckdb_vector vector);
bool duckdb_validity_row_is_valid(uint64_t *validity, idx_t row);
void duckdb_validity_set_row_invalid(uint64_t *validity, idx_t row);

duckdb_state duckdb_query(duckdb_connection connection, const char *query,
                          duckdb_result *result);
const char *duckdb_result_error(duckdb_result *result);
idx_t duckdb_column_count(duckdb_result *result);
idx_t duckdb_row_count(duckdb_result *result);
char *duckdb_value_varchar(duckdb_result *result, idx_t column, idx_t row);
void duckdb_free(void *pointer);
void duckdb_destroy_result(duckdb_result *result);

#endif /* DUCKDB_API_H */
