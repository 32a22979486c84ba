// Writes the SDKs of a package for Python and Go, as "pulumi package add" does where those languages' hosts are.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	schemaFile, folder := os.Args[1], os.Args[2]
	var spec schema.PackageSpec
	must(json.Unmarshal(try(os.ReadFile(schemaFile)), &spec))
	spec.Meta = &schema.MetadataSpec{SupportPack: true}
	for _, language := range []string{"python", "go"} {
		pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
		must(err)
		if diagnostics.HasErrors() {
			panic(diagnostics)
		}
		var files map[string][]byte
		if language == "python" {
			files = try(python.GeneratePackage("pulumi", pkg, nil, nil))
		} else {
			files = try(gogen.GeneratePackage("pulumi", pkg, nil))
		}
		for path, text := range files {
			target := filepath.Join(folder, language, path)
			must(os.MkdirAll(filepath.Dir(target), 0o755))
			must(os.WriteFile(target, text, 0o644))
		}
	}
}

func try[T any](value T, err error) T {
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
