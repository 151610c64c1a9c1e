/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* A network as a function of SQL. mlp(x) takes an array of floats and gives
   one:

     query "SELECT mlp(array_value(…)::FLOAT[20]) FROM 'table.csv'"

   runs the query in DuckDB and prints what it gives, a line a row. The network
   is docs/examples/mlp.mlir, compiled with --bind mlp=?x20xf32 and --params to
   mlp.o: its trained parameters are in the object, and the batch is open, so
   that one call computes as many rows as DuckDB has at hand, 2048 at most,
   where they lie. */
#include "duckdb_api.h"

#include "mlp.h"

#include <stdio.h>

enum { INPUTS = MLP_X_SIZE(1), OUTPUTS = MLP_Y_SIZE(1) };

/* Gives NULL to rows that are NULL, or have an element that is: `each` elements
   of `from` are one row. What forward makes of such floats, nobody sees. */
static void copy_nulls(duckdb_vector from, idx_t each, duckdb_vector to,
                       idx_t rows) {
  uint64_t *known = duckdb_vector_get_validity(from), *result;
  idx_t i;
  if (!known)
    return;
  duckdb_vector_ensure_validity_writable(to);
  result = duckdb_vector_get_validity(to);
  for (i = 0; i < rows * each; ++i)
    if (!duckdb_validity_row_is_valid(known, i))
      duckdb_validity_set_row_invalid(result, i / each);
}

/* DuckDB calls this from several threads at once: scratch is on the stack. */
static void forward(duckdb_function_info info, duckdb_data_chunk input,
                    duckdb_vector output) {
  unsigned char scratch[MLP_SCRATCH_BYTES];
  idx_t rows = duckdb_data_chunk_get_size(input);
  duckdb_vector x = duckdb_data_chunk_get_vector(input, 0);
  duckdb_vector elements = duckdb_array_vector_get_child(x);
  (void)info;
  mlp_forward(mlp_weights, duckdb_vector_get_data(elements), (int64_t)rows,
              duckdb_vector_get_data(duckdb_array_vector_get_child(output)),
              scratch);
  copy_nulls(x, 1, output, rows);
  copy_nulls(elements, INPUTS, output, rows);
}

static duckdb_state add_function(duckdb_connection connection) {
  duckdb_logical_type number = duckdb_create_logical_type(DUCKDB_TYPE_FLOAT);
  duckdb_logical_type x = duckdb_create_array_type(number, INPUTS);
  duckdb_logical_type y = duckdb_create_array_type(number, OUTPUTS);
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_state state;
  duckdb_scalar_function_set_name(function, "mlp");
  duckdb_scalar_function_add_parameter(function, x);
  duckdb_scalar_function_set_return_type(function, y);
  duckdb_scalar_function_set_function(function, forward);
  state = duckdb_register_scalar_function(connection, function);
  duckdb_destroy_scalar_function(&function);
  duckdb_destroy_logical_type(&y);
  duckdb_destroy_logical_type(&x);
  duckdb_destroy_logical_type(&number);
  return state;
}

static void print(duckdb_result *result) {
  idx_t row, column;
  for (row = 0; row < duckdb_row_count(result); ++row)
    for (column = 0; column < duckdb_column_count(result); ++column) {
      char *text = duckdb_value_varchar(result, column, row);
      printf("%s%s", text ? text : "NULL",
             column + 1 < duckdb_column_count(result) ? "\t" : "\n");
      duckdb_free(text);
    }
}

int main(int argc, char **argv) {
  duckdb_database database;
  duckdb_connection connection;
  duckdb_result result;
  int status = 0, i;
  if (argc < 2) {
    fprintf(stderr, "usage: query SQL...\n");
    return 2;
  }
  if (duckdb_open(NULL, &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess ||
      add_function(connection) != DuckDBSuccess) {
    fprintf(stderr, "DuckDB cannot be opened\n");
    return 1;
  }
  for (i = 1; i < argc && status == 0; ++i) {
    if (duckdb_query(connection, argv[i], &result) == DuckDBSuccess) {
      print(&result);
    } else {
      fprintf(stderr, "%s\n", duckdb_result_error(&result));
      status = 1;
    }
    duckdb_destroy_result(&result);
  }
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    perror("standard output");
    return 1;
  }
  return status;
}
