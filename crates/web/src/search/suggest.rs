//! What the search field offers while somebody types: as far as they may see, like the search itself.

use std::sync::Arc;

use app::access::Permission;
use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::SearchQuery;
use crate::error::ApiError;
use crate::guard::Visitor;
use crate::site::Site;

/// Most suggestions.
const MOST: usize = 8;
/// Fewest letters that are worth a suggestion.
const FEWEST: usize = 2;

/// What is offered, the likeliest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Suggestions {
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize, ToSchema)]
struct Suggestion {
    /// What would be looked for.
    text: String,
    /// What it is.
    note: String,
}

/// What the search field offers while somebody types: eight at most
#[utoipa::path(
    get,
    path = "/api/v1/suggestions",
    tag = "search",
    params(SearchQuery),
    responses((status = 200, description = "What may be meant, the likeliest first", body = Suggestions)),
)]
pub(crate) async fn suggestions(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Suggestions>, ApiError> {
    let text = query.text().to_lowercase();
    let mut suggestions = Vec::new();
    if text.chars().count() >= FEWEST {
        let context = site.context();
        let held = site.desk.held(&context).await?;
        let own = held.register().open().filter(|own| {
            visitor.caller.can(Permission::SeeHosts, Some(&own.code))
                && (own.label().to_lowercase().contains(&text)
                    || own.code.as_str().to_lowercase().starts_with(&text))
        });
        suggestions.extend(
            own.take(MOST)
                .map(|own| Suggestion { text: own.label().to_owned(), note: own.kind.to_string() }),
        );
        let more = MOST - suggestions.len();
        let known = site.desk.find(&context, text, more, app::exposure::desk::Moment::default());
        let known = known.await?.answer.into_iter().take(more);
        suggestions.extend(known.map(|own| Suggestion { text: own.id, note: own.note }));
    }
    Ok(Json(Suggestions { suggestions }))
}
