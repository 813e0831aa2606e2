//! What the API is, as an OpenAPI 3.1 document: made of the handlers and the documents they answer.
//!
//! A handler says what is its own; what every door for programs has in common (who may come, how
//! they are refused, tags of content) is added here from the list of doors, so that it cannot be
//! forgotten.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, ResponseBuilder};

use crate::door::{Door, Needs, doors};
use crate::error::ProblemDocument;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wardround",
        description = "Which hosts are open to what, why, and since when it is known. An organisation \
                       that the caller may not know is answered exactly as one that does not exist.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        crate::situation::api,
        crate::organisation::api_list,
        crate::organisation::api_hosts,
        crate::host::api,
        crate::import::api,
        crate::alerts::api_list,
        crate::alerts::api_one,
        crate::alerts::api_say,
        crate::delivery::api,
        crate::alerts::publish::vex_api,
        crate::alerts::api_write,
        crate::alerts::api_change,
        crate::readiness::api_list,
        crate::readiness::api_one,
        crate::record::api_list,
        crate::jobs::api_list,
        crate::jobs::api_one,
        crate::jobs::api_cancel,
        crate::jobs::api_retry,
        crate::search::suggestions,
        document,
    ),
    components(schemas(ProblemDocument))
)]
struct Described;

/// This document
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "about",
    responses((status = 200, description = "The OpenAPI document", body = Object)),
)]
pub(crate) async fn document() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| described().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

/// The document, with what all doors have in common.
fn described() -> utoipa::openapi::OpenApi {
    let mut api = Described::openapi();
    for door in doors().into_iter().filter(|door| door.is_api) {
        let Some(path) = api.paths.paths.get_mut(door.path) else { continue };
        let operation = if door.method == "POST" { &mut path.post } else { &mut path.get };
        if let Some(operation) = operation {
            complete(operation, &door);
        }
    }
    let components = api.components.get_or_insert_default();
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of the account page: `Authorization: Bearer wr_...`"));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    let about = "The session of a browser (without TLS the name is `wardround`)";
    let session = ApiKeyValue::with_description("__Host-wardround", about);
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    api
}

/// Adds to an operation what follows from its door.
fn complete(operation: &mut Operation, door: &Door) {
    let is_post = door.method == "POST";
    let mut refusals = vec![
        (400, "What was asked or sent cannot be read"),
        (429, "Too many requests: `Retry-After` says how long to wait"),
        (500, "Something is broken at the server, and nothing is lost"),
        (503, "It took too long and was given up"),
    ];
    if door.needs == Needs::Nothing {
        operation.security = Some(Vec::new());
    } else {
        let by = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
        operation.security = Some(vec![by("token"), by("session")]);
        refusals.push((401, "Nobody is signed in"));
        refusals.push((403, "The caller may not do that anywhere"));
        refusals.push((404, "There is no such thing, or none that the caller may know of"));
    }
    if is_post {
        refusals.push((409, "The same is under way, sent by somebody else or with the same key"));
        refusals.push((413, "More was sent than is taken at once"));
        refusals.push((415, "What was sent is of a kind that is not taken"));
        refusals.push((507, "There is no room left to take what was sent"));
        refusals.push((422, "The idempotency key was used before for something else"));
    }
    for (status, about) in refusals {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument")));
        let response = ResponseBuilder::new()
            .description(about)
            .content("application/problem+json", problem.build())
            .build();
        operation.responses.responses.insert(status.to_string(), RefOr::T(response));
    }
    let parameters = operation.parameters.get_or_insert_default();
    if is_post {
        parameters.push(RefOr::T(key()));
        return;
    }
    let about =
        "The `ETag` of an answer that is at hand: if it still holds, 304 is answered without it";
    parameters.push(RefOr::T(header_parameter("If-None-Match", about)));
    let unchanged = ResponseBuilder::new().description("The answer at hand still holds").build();
    operation.responses.responses.insert("304".to_owned(), RefOr::T(unchanged));
    let is_list = parameters.iter().any(|one| matches!(one, RefOr::T(one) if one.name == "after"));
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        let text = |about: &str| {
            let text = ObjectBuilder::new().schema_type(Type::String).build();
            RefOr::T(HeaderBuilder::new().schema(Some(text)).description(Some(about)).build())
        };
        answer.headers.insert("ETag".to_owned(), text("Of the content, for this caller"));
        if is_list {
            let about = "The next page, `rel=\"next\"` (RFC 8288); none at the end";
            answer.headers.insert("Link".to_owned(), text(about));
        }
    }
}

fn header_parameter(name: &str, about: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

fn key() -> Parameter {
    header_parameter(
        "Idempotency-Key",
        "Chosen by the sender, 1 to 255 visible characters: sent again within 24 hours with the same \
         content, the first answer is given again and nothing is done twice",
    )
}
