//! Blobs come back as they went in, or not at all.

use std::io::Read as _;

use store::{BlobId, Error};

use crate::support::{World, on_sqlite};

/// Where a blob lies, as `docs/store.md` says.
fn place(world: &World, id: BlobId) -> std::path::PathBuf {
    let name = id.to_string();
    world.folder().join("objects/blob").join(&name[..2]).join(format!("{name}.zst"))
}

#[test]
fn the_same_bytes_are_kept_once() {
    on_sqlite(|world| async move {
        let store = world.open().await;
        let bytes = b"KB4012212 ".repeat(1000);
        let id = store.put(bytes.clone()).await.unwrap();
        assert_eq!(id, BlobId::of(&bytes));
        let written = place(&world, id).metadata().unwrap();
        assert!(written.len() < 200, "compressed");
        assert_eq!(store.put(bytes.clone()).await.unwrap(), id);
        let again = place(&world, id).metadata().unwrap();
        assert_eq!(again.modified().unwrap(), written.modified().unwrap());
        assert_eq!(store.get(id).await.unwrap(), bytes);
        assert!(store.exists(id).await.unwrap());
        store.close().await.unwrap();
    });
}

#[test]
fn many_at_once_large_and_empty() {
    on_sqlite(|world| async move {
        let store = world.open().await;
        let mut contents: Vec<Vec<u8>> =
            (0..50_u8).map(|n| vec![n; usize::from(n) * 100]).collect();
        contents.push(contents[7].clone());
        let ids = store.put_all(contents.clone()).await.unwrap();
        for (id, bytes) in ids.iter().zip(&contents) {
            assert_eq!(store.get(*id).await.unwrap(), *bytes);
        }
        // More than any buffer, and nothing that packs well.
        let mut large = Vec::new();
        let mut state = 1_u64;
        while large.len() < 5_000_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            large.extend(state.to_be_bytes());
        }
        let id = store.put_reader(std::io::Cursor::new(large.clone())).await.unwrap();
        assert_eq!(id, BlobId::of(&large));
        let mut reader = store.reader(id).await.unwrap();
        let mut back = Vec::new();
        reader.read_to_end(&mut back).unwrap();
        assert_eq!(back, large);
        let file = world.beside().join("evidence.csv");
        std::fs::write(&file, &large).unwrap();
        assert_eq!(store.put_path(&file).await.unwrap(), id);
        let mut all = Vec::new();
        for byte in 0..=255 {
            all.extend(store.blobs(byte).await.unwrap());
        }
        let mut wanted: Vec<_> = ids.into_iter().chain([id]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        assert_eq!(all, wanted);
        store.close().await.unwrap();
    });
}

#[test]
fn a_damaged_blob_is_an_error_and_never_an_answer() {
    on_sqlite(|world| async move {
        let store = world.open().await;
        let good = store.put(vec![1; 10_000]).await.unwrap();
        let other = store.put(b"another".to_vec()).await.unwrap();
        let path = place(&world, good);
        let packed = std::fs::read(&path).unwrap();
        let exchanged = std::fs::read(place(&world, other)).unwrap();
        let truncated = packed[..packed.len() - 1].to_vec();
        let flipped = packed.iter().map(|byte| byte ^ 1).collect();
        for damage in [exchanged, truncated, flipped, Vec::new(), b"no zstd at all".to_vec()] {
            std::fs::write(&path, &damage).unwrap();
            let error = store.get(good).await.unwrap_err();
            assert!(matches!(error, Error::BlobDamaged(id) if id == good), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        let error = store.get(good).await.unwrap_err();
        assert!(matches!(error, Error::BlobMissing(id) if id == good), "{error}");
        assert!(!store.exists(good).await.unwrap());
        store.close().await.unwrap();
    });
}

#[test]
fn what_a_dead_process_left_half_written_is_swept_away() {
    on_sqlite(|world| async move {
        world.open().await.close().await.unwrap();
        let left = world.folder().join("objects/.new/.tmpAbCdEf");
        std::fs::write(&left, b"half").unwrap();
        world.open().await.close().await.unwrap();
        assert!(!left.exists());
    });
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;

    on_sqlite(|world| async move {
        let store = world.open().await;
        let id = store.put(b"confidential".to_vec()).await.unwrap();
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&world.folder()), 0o700);
        assert_eq!(mode(&world.folder().join("signing.key")), 0o600);
        assert_eq!(mode(&place(&world, id)), 0o600);
        store.close().await.unwrap();
    });
}
