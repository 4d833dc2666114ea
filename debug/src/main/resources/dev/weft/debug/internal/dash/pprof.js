// Reads profile.proto of pprof, as /debug/pprof/ serves it: fields by number, varints and bytes.

function* protoFields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte >= 128);
    return value;
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === 0) {
      yield [key >> 3, varint()];
    } else if (wire === 2) {
      const length = varint();
      yield [key >> 3, bytes.subarray(at, at += length)];
    } else {
      throw new Error('a profile with fields of wire type ' + wire);
    }
  }
}

/** Numbers that may be packed into bytes. */
function protoNumbers(value, into) {
  if (typeof value === 'number') {
    into.push(value);
    return;
  }
  let number = 0, factor = 1;
  for (const byte of value) {
    number += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) {
      into.push(number);
      number = 0;
      factor = 1;
    }
  }
}

const proto = bytes => {
  const message = {};
  for (const [field, value] of protoFields(bytes)) message[field] = value;
  return message;
};

/** {types: [{type, unit}], samples: [{stack: names, outermost first, values}]} */
async function readProfile(response) {
  const stream = response.body.pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const strings = [], types = [], samples = [], functions = new Map(), locations = new Map();
  for (const [field, value] of protoFields(bytes)) {
    switch (field) {
      case 1: types.push(proto(value)); break;
      case 2: {
        const sample = {locations: [], values: []};
        for (const [inner, numbers] of protoFields(value)) {
          if (inner === 1) protoNumbers(numbers, sample.locations);
          if (inner === 2) protoNumbers(numbers, sample.values);
        }
        samples.push(sample);
        break;
      }
      case 4: {
        const location = proto(value);
        locations.set(location[1], proto(location[4])[1]);
        break;
      }
      case 5: {
        const fn = proto(value);
        functions.set(fn[1], fn[2]);
        break;
      }
      case 6: strings.push(new TextDecoder().decode(value)); break;
    }
  }
  return {
    types: types.map(type => ({type: strings[type[1]], unit: strings[type[2]]})),
    samples: samples.map(sample => ({
      stack: sample.locations.map(id => strings[functions.get(locations.get(id))]).reverse(),
      values: sample.values,
    })),
  };
}
