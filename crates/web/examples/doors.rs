//! Prints every way in as JSON, for tests outside that walk them (`tests/browser`).
#![expect(clippy::print_stdout, reason = "printing is all it does")]

fn main() {
    let doors: Vec<serde_json::Value> = web::doors()
        .into_iter()
        .map(|door| {
            serde_json::json!({
                "method": door.method.as_str(),
                "path": door.path,
                "is_api": door.is_api,
            })
        })
        .collect();
    println!("{}", serde_json::Value::from(doors));
}
