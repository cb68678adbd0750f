// A RISC-V core: RV32I without FENCE, ECALL, EBREAK and CSRs. One instruction after the other, five cycles each, shifts more.
//
// The memory answers one cycle later: read_data is the word at the address of the cycle before. Bytes of write_data whose bit in
// write_mask is set are written at the end of the cycle. After a reset execution begins at address 0.

module core (
  input             clk,
  input             reset,
  output reg [31:0] address,
  output reg [31:0] write_data,
  output reg [3:0]  write_mask,
  input      [31:0] read_data
);
  localparam FETCH = 0, DECODE = 1, EXECUTE = 2, SHIFT = 3, MEMORY = 4, WRITE = 6;
  // Places that a shift moves in one cycle, as long as it has as many to go.
  localparam STRIDE = 3;

  reg [2:0]  state;
  reg [31:0] pc, instruction, result;
  reg [4:0]  places;

  // Two ports to read and one to write, never in the same cycle: this becomes block RAM.
  (* no_rw_check *)
  reg [31:0] registers [0:31];
  initial registers[0] = 0;
  reg [31:0] a, b;

  wire [6:0] opcode = instruction[6:0];
  wire [2:0] kind = instruction[14:12];
  wire [4:0] target = instruction[11:7];

  wire is_lui       = opcode == 7'b0110111;
  wire is_auipc     = opcode == 7'b0010111;
  wire is_jal       = opcode == 7'b1101111;
  wire is_jalr      = opcode == 7'b1100111;
  wire is_branch    = opcode == 7'b1100011;
  wire is_load      = opcode == 7'b0000011;
  wire is_store     = opcode == 7'b0100011;
  wire is_immediate = opcode == 7'b0010011;
  wire is_shift     = (is_immediate || opcode == 7'b0110011) && (kind == 1 || kind == 5);

  wire [31:0] immediate_i = {{20{instruction[31]}}, instruction[31:20]};
  wire [31:0] immediate_s = {{20{instruction[31]}}, instruction[31:25], instruction[11:7]};
  wire [31:0] immediate_b = {{20{instruction[31]}}, instruction[7], instruction[30:25], instruction[11:8], 1'b0};
  wire [31:0] immediate_u = {instruction[31:12], 12'b0};
  wire [31:0] immediate_j = {{12{instruction[31]}}, instruction[19:12], instruction[20], instruction[30:21], 1'b0};

  wire [31:0] operand = is_immediate ? immediate_i : b;
  wire is_less = a < operand;
  wire is_less_signed = $signed(a) < $signed(operand);
  wire is_taken = (kind[2] ? (kind[1] ? is_less : is_less_signed) : a == b) ^ kind[0];

  reg [31:0] computed;
  always @* case (kind)
    0: computed = !is_immediate && instruction[30] ? a - operand : a + operand;
    2: computed = is_less_signed;
    3: computed = is_less;
    4: computed = a ^ operand;
    6: computed = a | operand;
    7: computed = a & operand;
    default: computed = a;
  endcase

  wire [31:0] place = a + (is_store ? immediate_s : immediate_i);
  wire [31:0] word = read_data >> {place[1:0], 3'b0};
  wire sign = !kind[2] && (kind[0] ? word[15] : word[7]);
  wire [31:0] loaded = kind[1] ? word : kind[0] ? {{16{sign}}, word[15:0]} : {{24{sign}}, word[7:0]};
  wire fill = instruction[30] && result[31];

  always @* begin
    address = state == MEMORY ? place : pc;
    write_data = kind[1] ? b : kind[0] ? {2{b[15:0]}} : {4{b[7:0]}};
    write_mask = 0;
    if (state == MEMORY && is_store)
      write_mask = kind[1] ? 4'b1111 : kind[0] ? 4'b0011 << place[1:0] : 4'b0001 << place[1:0];
  end

  always @(posedge clk) begin
    if (state == DECODE) begin
      a <= registers[read_data[19:15]];
      b <= registers[read_data[24:20]];
    end
    // Register 0 stays 0.
    if (state == WRITE && target != 0 && !is_branch && !is_store) registers[target] <= is_load ? loaded : result;
  end

  always @(posedge clk)
    if (reset) begin
      state <= DECODE;
      pc <= 0;
    end else case (state)
      FETCH: state <= DECODE;

      DECODE: begin
        instruction <= read_data;
        state <= EXECUTE;
      end

      EXECUTE: begin
        result <= is_lui ? immediate_u : is_auipc ? pc + immediate_u : is_jal || is_jalr ? pc + 4 : computed;
        places <= operand[4:0];
        state <= is_shift ? SHIFT : MEMORY;
      end

      SHIFT:
        if (places >= STRIDE) begin
          result <= kind[2] ? {{STRIDE{fill}}, result[31:STRIDE]} : {result[31-STRIDE:0], {STRIDE{1'b0}}};
          places <= places - STRIDE;
        end else if (places != 0) begin
          result <= kind[2] ? {fill, result[31:1]} : {result[30:0], 1'b0};
          places <= places - 1;
        end else state <= MEMORY;

      MEMORY: begin
        if (is_jal) pc <= pc + immediate_j;
        else if (is_jalr) pc <= {place[31:1], 1'b0};
        else if (is_branch && is_taken) pc <= pc + immediate_b;
        else pc <= pc + 4;
        state <= WRITE;
      end

      WRITE: state <= DECODE;
    endcase
endmodule
