<?php
// Writes every body of stdin (a line each) in the ways of PHP: number, writer and bytes in base64, a line each.
$writers = [
    'json_encode' => fn ($array, $object) => json_encode($array),
    'json_encode of objects' => fn ($array, $object) => json_encode($object),
    'json_encode UNESCAPED_UNICODE' => fn ($array, $object) => json_encode($array, JSON_UNESCAPED_UNICODE),
    'json_encode UNESCAPED_SLASHES' => fn ($array, $object) => json_encode($array, JSON_UNESCAPED_SLASHES),
    'json_encode UNESCAPED_UNICODE|UNESCAPED_SLASHES' => fn ($array, $object) => json_encode($array, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
    'json_encode of objects UNESCAPED_UNICODE|UNESCAPED_SLASHES' => fn ($array, $object) => json_encode($object, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
    'json_encode PRETTY_PRINT' => fn ($array, $object) => json_encode($array, JSON_PRETTY_PRINT),
    'json_encode PRETTY_PRINT|UNESCAPED' => fn ($array, $object) => json_encode($array, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
    'htmlspecialchars' => fn ($array, $object, $text) => htmlspecialchars($text),
    'urlencode' => fn ($array, $object, $text) => urlencode($text),
    'utf8_decode' => fn ($array, $object, $text) => @utf8_decode($text),
];
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $number => $text) {
    foreach ($writers as $name => $write) {
        echo $number, "\t", $name, "\t", base64_encode($write(json_decode($text, true), json_decode($text), $text)), "\n";
    }
}
