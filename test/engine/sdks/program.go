// Runs the blocks that a file names.
package main

import (
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		names, err := os.ReadFile("blocks")
		for _, name := range strings.Fields(string(names)) {
			if err == nil {
				err = blocks[name](ctx)
			}
		}
		return err
	})
}
