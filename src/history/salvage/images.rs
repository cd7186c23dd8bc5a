//! The pages of a history as they are in its file and in its log, read without SQLite. The file format:
//! <https://www.sqlite.org/fileformat2.html>.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::super::file::companion;
use crate::files::PathError;
use crate::files::open_regular;

/// The page size of every history that zoomhook creates.
const USUAL_PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The first number of a log. Its last bit is the order of bytes in checksums.
const LOG_MAGIC: u32 = 0x377f_0683;
/// Type of a free page in the map of pages.
const FREE: u8 = 2;

/// One image of a page. A page can have several: in the file, and in the log for each commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Image {
    /// In the file, by page number, from 1.
    File(u32),
    /// In the log, by position, from 0.
    Log(usize),
}

/// Which image of a page is meant, if there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The one that SQLite reads.
    Current,
    /// The last one in the log, even if the log is damaged before it.
    Newest,
    /// The one in the file.
    File,
}

pub(super) struct Images {
    file: Option<File>,
    log: Option<File>,
    pub(super) page_size: usize,
    /// How many pages are in the file.
    pages: u32,
    frames: Vec<Frame>,
    /// How many frames SQLite reads: up to the last commit before the first damage.
    committed: usize,
    /// Whether a commit follows after damage.
    pub(super) has_gap: bool,
    current: HashMap<u32, usize>,
    newest: HashMap<u32, usize>,
}

struct Frame {
    /// 0 if the frame belongs to an earlier use of the log.
    page: u32,
}

/// Opens a regular file: another kind, such as a pipe, may never return.
fn opened(path: &Path) -> io::Result<File> {
    open_regular(path).map_err(|error| match error {
        PathError::Io(error) => error,
        other => io::Error::other(other),
    })
}

impl Images {
    /// Opens a history and its log, of which one may be missing.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::open_first(path, u64::MAX)
    }

    /// Opens a history and the first bytes of its log.
    pub(super) fn open_first(path: &Path, log_bytes: u64) -> io::Result<Self> {
        let (file, log) = (found(opened(path))?, found(opened(&companion(path, "-wal")))?);
        let mut header = [0; 100];
        if let Some(file) = &file {
            read_at(file, 0, &mut header)?;
        }
        let mut log_header = [0; LOG_HEADER];
        if let Some(log) = &log {
            read_at(log, 0, &mut log_header)?;
        }
        let stated = usize::from(u16::from_be_bytes([header[16], header[17]]));
        let in_log = usize::try_from(word(&log_header, 8)).unwrap_or(0);
        let is_size = |size: &usize| size.is_power_of_two() && (512..=32_768).contains(size);
        let page_size = [stated, in_log].into_iter().find(is_size).unwrap_or(USUAL_PAGE);
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|metadata| metadata.len()))?;
        let pages = u32::try_from(length.div_ceil(page_size as u64)).unwrap_or(u32::MAX);
        let mut images = Self {
            file,
            log,
            page_size,
            pages,
            frames: Vec::new(),
            committed: 0,
            has_gap: false,
            current: HashMap::new(),
            newest: HashMap::new(),
        };
        images.read_log(&log_header, log_bytes)?;
        Ok(images)
    }

    fn read_log(&mut self, header: &[u8; LOG_HEADER], limit: u64) -> io::Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let order = word(header, 0) & 1 == 1;
        let mut sums = checksum((0, 0), &header[..24], order);
        let is_header_intact =
            word(header, 0) | 1 == LOG_MAGIC && sums == (word(header, 24), word(header, 28));
        // Without a header, the order of the bytes is not known.
        let orders: &[bool] = if is_header_intact { &[order] } else { &[false, true] };
        let mut salts = is_header_intact.then(|| header[16..24].to_vec());
        let length = usize::try_from(log.metadata()?.len().min(limit)).unwrap_or(usize::MAX);
        let size = FRAME_HEADER + self.page_size;
        let mut reader = io::BufReader::with_capacity(1 << 16, log);
        reader.seek(SeekFrom::Start(LOG_HEADER as u64))?;
        let mut frame = vec![0; size];
        let mut is_prefix_intact = is_header_intact;
        for at in 0..length.saturating_sub(LOG_HEADER) / size {
            reader.read_exact(&mut frame)?;
            let page = word(&frame, 0);
            // Without a header, the frames at the start belong to the log in use.
            if salts.is_none() && page != 0 {
                salts = Some(frame[8..16].to_vec());
            }
            let has_salts = salts.as_deref() == Some(&frame[8..16]);
            let before = sums;
            // The stored sums, so that each frame is checked by itself.
            sums = (word(&frame, 16), word(&frame, 20));
            let has_sums = |order: &bool| {
                let head = checksum(before, &frame[..8], *order);
                checksum(head, &frame[FRAME_HEADER..], *order) == sums
            };
            let is_intact = has_salts && page != 0 && orders.iter().any(has_sums);
            let is_commit = word(&frame, 4) != 0;
            // A write that a crash has interrupted leaves nothing behind its end that belongs to this use of the log.
            self.has_gap |= !is_prefix_intact && has_salts && page != 0 && is_commit;
            is_prefix_intact &= is_intact;
            if is_prefix_intact && is_commit {
                self.committed = at + 1;
            }
            self.frames.push(Frame { page: if has_salts { page } else { 0 } });
        }
        for (at, frame) in self.frames.iter().enumerate().filter(|(_, frame)| frame.page != 0) {
            if at < self.committed {
                self.current.insert(frame.page, at);
            }
            self.newest.insert(frame.page, at);
        }
        Ok(())
    }

    /// The number of a page and its images: what SQLite reads first, then what follows after damage in the log, then what
    /// was replaced.
    pub(super) fn all(&self) -> Vec<(u32, Image, ImageAge)> {
        let last = self.current.keys().copied().max().unwrap_or(0).max(self.pages);
        let mut all: Vec<_> = (1..=last)
            .map(|page| (page, self.image(page, View::Current), ImageAge::Current))
            .filter(|(page, image, _)| *image != Image::File(*page) || *page <= self.pages)
            .collect();
        let frames = self.frames.iter().enumerate().filter(|(_, frame)| frame.page != 0);
        let (replaced, rest): (Vec<_>, Vec<_>) = frames.partition(|(at, _)| *at < self.committed);
        let frame = |age| move |(at, frame): (usize, &Frame)| (frame.page, Image::Log(at), age);
        all.extend(rest.into_iter().map(frame(ImageAge::Newer)));
        let is_hidden = |(at, frame): &(usize, &Frame)| self.current.get(&frame.page) != Some(at);
        all.extend(replaced.into_iter().rev().filter(is_hidden).map(frame(ImageAge::Older)));
        let hidden = self.current.keys().copied().filter(|page| *page <= self.pages);
        all.extend(hidden.map(|page| (page, Image::File(page), ImageAge::Older)));
        all
    }

    /// The image of a page in this view.
    pub(super) fn image(&self, page: u32, view: View) -> Image {
        let frame = match view {
            View::Current => self.current.get(&page),
            View::Newest => self.newest.get(&page),
            View::File => None,
        };
        frame.map_or(Image::File(page), |at| Image::Log(*at))
    }

    /// The bytes of an image; `None` if the disk does not return them. What is missing at the end of a file is zero.
    pub(super) fn read(&self, image: Image) -> Option<Vec<u8>> {
        let size = self.page_size as u64;
        let (file, at) = match image {
            Image::File(page) => (self.file.as_ref()?, u64::from(page.checked_sub(1)?) * size),
            Image::Log(at) => {
                let frame = FRAME_HEADER as u64 + size;
                (self.log.as_ref()?, (LOG_HEADER + FRAME_HEADER) as u64 + at as u64 * frame)
            }
        };
        let mut bytes = vec![0; self.page_size];
        read_at(file, at, &mut bytes).ok()?;
        Some(bytes)
    }

    /// Whether the map of pages says that a page is free. Rows of a free page were deleted.
    pub(super) fn is_free(&self, page: u32) -> bool {
        // Page 2 is the first map. Each maps the pages after it, five bytes for each.
        let mapped = u32::try_from(self.page_size / 5).unwrap_or(1);
        let Some(index) = page.checked_sub(2) else { return false };
        let map = index / (mapped + 1) * (mapped + 1) + 2;
        let Some(offset) = page.checked_sub(map + 1) else { return false };
        let bytes = self.read(self.image(map, View::Current)).unwrap_or_default();
        bytes.get(offset as usize * 5) == Some(&FREE)
    }
}

/// How an image relates to what SQLite reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImageAge {
    Current,
    /// In the log, after damage.
    Newer,
    /// Replaced by another image.
    Older,
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Reads as much as there is.
fn read_at(mut file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(())
}

/// A big-endian number.
pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}

/// Continues the checksum of a log.
fn checksum((mut one, mut two): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let number = |four: &[u8]| {
        let four = four.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(number(&pair[..4])).wrapping_add(two);
        two = two.wrapping_add(number(&pair[4..])).wrapping_add(one);
    }
    (one, two)
}
