// Verifies a served trail with golang.org/x/mod/sumdb: the checkpoint's signature, every tile against
// it, every entry, and that the tree continues an earlier checkpoint.
//
//	go run tiles.go URL VERIFIER_KEY COOKIE EARLIER_CHECKPOINT_FILE
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var prefix, cookie string

func get(target string) ([]byte, error) {
	request, err := http.NewRequest("GET", prefix+target, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != 200 {
		err = fmt.Errorf("%s: %s: %s", target, answer.Status, body)
	}
	return body, err
}

// Their tiles lie at tile/8/<level>/<number>, those of C2SP at tile/<level>/<number>.
func place(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
}

type served struct{}

func (served) Height() int { return 8 }
func (served) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := get(place(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}
func (served) SaveTiles([]tlog.Tile, [][]byte) {}

func tree(signed []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of this log: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("no root: %q", lines[2])
	}
	out := tlog.Tree{N: size}
	copy(out.Hash[:], root)
	return out, nil
}

func entries(size int64) ([][]byte, error) {
	var all [][]byte
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
		bundle, err := get("tile/entries/" + strings.TrimPrefix(place(tile), "tile/0/"))
		if err != nil {
			return nil, err
		}
		for len(bundle) >= 2 {
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				return nil, fmt.Errorf("bundle %d ends within an entry", tile.N)
			}
			all = append(all, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("bundle %d ends within an entry", tile.N)
		}
	}
	if int64(len(all)) != size {
		return nil, fmt.Errorf("%d entries in place of %d", len(all), size)
	}
	return all, nil
}

func verify(key, earlier string) (int, error) {
	signed, err := get("checkpoint")
	if err != nil {
		return 0, err
	}
	before, err := tree(signed, key)
	if err != nil {
		return 0, err
	}
	// Each reading of entries becomes an entry: what is checked is the tree after them.
	leaves, err := entries(before.N)
	if err != nil {
		return 0, err
	}
	if signed, err = get("checkpoint"); err != nil {
		return 0, err
	}
	now, err := tree(signed, key)
	if err != nil {
		return 0, err
	}
	hashes := tlog.TileHashReader(now, served{})
	root, err := tlog.TreeHash(now.N, hashes)
	if err != nil {
		return 0, err
	}
	if root != now.Hash {
		return 0, fmt.Errorf("the tiles have another root")
	}
	for index, leaf := range leaves {
		proof, err := tlog.ProveRecord(now.N, int64(index), hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckRecord(proof, now.N, now.Hash, int64(index), tlog.RecordHash(leaf)); err != nil {
			return 0, fmt.Errorf("entry %d: %w", index, err)
		}
	}
	old, err := os.ReadFile(earlier)
	if err != nil {
		return 0, err
	}
	was, err := tree(old, key)
	if err != nil {
		return 0, err
	}
	for _, one := range []tlog.Tree{was, before} {
		proof, err := tlog.ProveTree(now.N, one.N, hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckTree(proof, now.N, now.Hash, one.N, one.Hash); err != nil {
			return 0, err
		}
	}
	return len(leaves), nil
}

func main() {
	prefix, cookie = os.Args[1], os.Args[3]
	count, err := verify(os.Args[2], os.Args[4])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(count, "entries hold")
}
