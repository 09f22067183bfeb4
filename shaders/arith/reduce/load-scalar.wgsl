// Loading one by one: any stride, any alignment.

@group(0) @binding(0) var<storage, read> elements: array<Element>;

fn load_four(at: u32, stride: u32) -> vec4<Element> {
  return vec4<Element>(elements[at], elements[at + stride], elements[at + 2u * stride], elements[at + 3u * stride]);
}
fn axis_stride() -> u32 { return params.stride_axis; }
fn load_one(at: u32) -> Element { return elements[at]; }
