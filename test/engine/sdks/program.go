// Runs a program by the Automation API, in this process: no language host is needed.
package main

import (
	"context"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	command, names := os.Args[1], os.Args[2:]
	program := func(ctx *pulumi.Context) error {
		for _, name := range names {
			if err := blocks[name](ctx); err != nil {
				return err
			}
		}
		return nil
	}
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "people", program, auto.WorkDir("."))
	if err == nil && command == "up" {
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout))
	} else if err == nil {
		_, err = stack.Preview(ctx, optpreview.ProgressStreams(os.Stdout))
	}
	if err != nil {
		panic(err)
	}
}
